/**
 * Reads answers of which nothing is certain: a proxy's or a newer function's must not break the page. As small as it is
 * because the page carries it.
 */

/** What `value` says, or undefined where the reader does not understand it. Never throws, whatever `value` is. */
export type Reader<Value> = (value: unknown) => Value | undefined;

export type ValueOf<Known> = Known extends Reader<infer Value> ? Value : never;

export const text: Reader<string> = (value) => (typeof value === 'string' ? value : undefined);
export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

/** A number of things: finite, and not below zero. */
export const count: Reader<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/** Epoch milliseconds of an ISO time with four digits of the year: every other one could not be shown. */
export const time: Reader<number> = (value) => {
  const isIso = typeof value === 'string' && /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d/.test(value);
  const read = isIso ? Date.parse(value) : NaN;
  return Number.isFinite(read) ? read : undefined;
};

/** What is not understood counts as `other`. */
export function orElse<Value, Other>(read: Reader<Value>, other: Other): (value: unknown) => Value | Other {
  return (value) => read(value) ?? other;
}

export function orNull<Value>(read: Reader<Value>): (value: unknown) => Value | null {
  return orElse(read, null);
}

export interface List<Item> {
  readonly items: readonly Item[];
  /** How many more there are that cannot be read. */
  readonly unread: number;
}

export function listOf<Item>(read: Reader<Item>): Reader<List<Item>> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.flatMap((entry) => {
      const item = read(entry);
      return item === undefined ? [] : [item];
    });
    return { items, unread: value.length - items.length };
  };
}

/** The entries whose values can be read, by name. A list, because every object has names of its own. */
export function entriesOf<Value>(read: Reader<Value>): Reader<readonly (readonly [string, Value])[]> {
  return (value) => {
    if (!isObject(value)) return undefined;
    return Object.entries(value).flatMap(([name, entry]) => {
      const known = read(entry);
      return known === undefined ? [] : [[name, known] as const];
    });
  };
}

/** An object of which every one of these fields can be read; it may have others. */
export function recordOf<Fields extends Record<string, (value: unknown) => unknown>>(
  fields: Fields,
): Reader<{ readonly [Name in keyof Fields]: Exclude<ReturnType<Fields[Name]>, undefined> }> {
  return (value) => {
    if (!isObject(value)) return undefined;
    const known = Object.entries(fields).map(([name, read]) => [name, read(value[name])] as const);
    if (known.some(([, field]) => field === undefined)) return undefined;
    return Object.fromEntries(known) as {
      readonly [Name in keyof Fields]: Exclude<ReturnType<Fields[Name]>, undefined>;
    };
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** `next`, but with all of `old` that is the same: what has not changed is not drawn again. */
export function reuse<Value>(old: unknown, next: Value): Value {
  if (old === next || !isObject(old) || !isObject(next) || Array.isArray(old) !== Array.isArray(next))
    return next;
  const names = Object.keys(next);
  const isWhole = names.length === Object.keys(old).length;
  const fields = next as Record<string, unknown>;
  let isSame = isWhole;
  for (const name of names) {
    fields[name] = reuse(old[name], fields[name]);
    if (fields[name] !== old[name]) isSame = false;
  }
  return isSame ? (old as Value) : next;
}
