/**
 * Holds a value against a JSON Schema: as much of 2020-12 as the OpenAPI document uses. A keyword that is not known here
 * throws, so that nothing passes because nobody looked.
 */

export type Schema = Readonly<Record<string, unknown>>;

/** What is wrong, each with the place where it is; empty when the value is valid. `root` is where `$ref` points into. */
export function violations(schema: Schema, value: unknown, root: unknown, place = '$'): string[] {
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new Error(`The JSON Schema keyword ${keyword} is not known here`);
    return check({ wanted, value, place, schema, root });
  });
}

interface Check {
  readonly wanted: unknown;
  readonly value: unknown;
  readonly place: string;
  readonly schema: Schema;
  readonly root: unknown;
}

type Keyword = (check: Check) => string[];

const annotation: Keyword = () => [];

function when(applies: (value: unknown, wanted: unknown) => boolean, complaint: string): Keyword {
  return ({ value, wanted, place }) =>
    applies(value, wanted)
      ? []
      : [`${place} ${complaint} ${JSON.stringify(wanted)}: ${JSON.stringify(value)}`];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  null: (value) => value === null,
  array: Array.isArray,
  object: isObject,
};

const KEYWORDS: Readonly<Record<string, Keyword>> = {
  title: annotation,
  description: annotation,
  format: annotation,
  default: annotation,
  type: when((value, wanted) => TYPES[wanted as string]?.(value) === true, 'is not of type'),
  enum: when((value, wanted) => (wanted as unknown[]).includes(value), 'is none of'),
  const: when((value, wanted) => value === wanted, 'is not'),
  pattern: when(
    (value, wanted) => typeof value !== 'string' || new RegExp(wanted as string, 'u').test(value),
    'is not like',
  ),
  minLength: when(
    (value, wanted) => typeof value !== 'string' || Array.from(value).length >= (wanted as number),
    'is shorter than',
  ),
  minimum: when((value, wanted) => typeof value !== 'number' || value >= (wanted as number), 'is less than'),
  maximum: when((value, wanted) => typeof value !== 'number' || value <= (wanted as number), 'is more than'),
  required: when(
    (value, wanted) => !isObject(value) || (wanted as string[]).every((name) => Object.hasOwn(value, name)),
    'lacks one of',
  ),
  properties: ({ value, wanted, place, root }) =>
    Object.entries(wanted as Record<string, Schema>).flatMap(([name, schema]) =>
      isObject(value) && Object.hasOwn(value, name)
        ? violations(schema, value[name], root, `${place}.${name}`)
        : [],
    ),
  additionalProperties: ({ value, wanted, place, schema }) => {
    if (wanted !== false) throw new Error('additionalProperties is known here as false only');
    const known = Object.keys(schema['properties'] ?? {});
    return isObject(value)
      ? Object.keys(value)
          .filter((name) => !known.includes(name))
          .map((name) => `${place}.${name} is not in the schema`)
      : [];
  },
  items: ({ value, wanted, place, root }) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => violations(wanted as Schema, item, root, `${place}[${index}]`))
      : [],
  anyOf: ({ value, wanted, place, root }) => {
    const attempts = (wanted as Schema[]).map((schema) => violations(schema, value, root, place));
    return attempts.some((attempt) => attempt.length === 0) ? [] : attempts.flat();
  },
  $ref: ({ value, wanted, place, root }) => violations(resolve(root, wanted as string), value, root, place),
};

function resolve(root: unknown, reference: string): Schema {
  let found = root;
  for (const name of reference.split('/').slice(1)) found = isObject(found) ? found[name] : undefined;
  if (!isObject(found)) throw new Error(`${reference} leads nowhere`);
  return found;
}
