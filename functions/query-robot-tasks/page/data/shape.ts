/**
 * Checks that an answer has the shape that the page reads: a proxy's or a newer function's answer must not break it. As
 * small as it is because the page carries it.
 */

/** Whether a value has a shape. */
export type Shape<Value> = (value: unknown) => value is Value;

export type ValueOf<Known> = Known extends Shape<infer Value> ? Value : never;

export const isString: Shape<string> = (value) => typeof value === 'string';
export const isNumber: Shape<number> = (value) => typeof value === 'number';
export const isBoolean: Shape<boolean> = (value) => typeof value === 'boolean';

export function orNull<Value>(isValue: Shape<Value>): Shape<Value | null> {
  return (value): value is Value | null => value === null || isValue(value);
}

/** Of a field that an older function does not have. */
export function orMissing<Value>(isValue: Shape<Value>): Shape<Value | undefined> {
  return (value): value is Value | undefined => value === undefined || isValue(value);
}

export function listOf<Value>(isValue: Shape<Value>): Shape<readonly Value[]> {
  return (value): value is readonly Value[] => Array.isArray(value) && value.every(isValue);
}

export function mapOf<Value>(isValue: Shape<Value>): Shape<Readonly<Record<string, Value>>> {
  return (value): value is Readonly<Record<string, Value>> =>
    isObject(value) && Object.values(value).every((entry) => isValue(entry));
}

/** An object that has these fields; it may have others. */
export function withFields<Fields extends Record<string, Shape<unknown>>>(
  fields: Fields,
): Shape<{ readonly [Name in keyof Fields]: ValueOf<Fields[Name]> }> {
  return (value): value is { readonly [Name in keyof Fields]: ValueOf<Fields[Name]> } =>
    isObject(value) && Object.entries(fields).every(([name, isValue]) => isValue(value[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
