/** The named schemas of the OpenAPI document. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { SCHEMAS } from '../answers/schemas';

/** JSON Schema 2020-12, the dialect of OpenAPI 3.1, of what the schema gives out, or takes. Checks in code have no JSON Schema. */
export function jsonSchema(schema: v.GenericSchema, typeMode: 'input' | 'output' = 'output'): object {
  const converted = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode,
    ignoreActions: ['check'],
  });
  // OpenAPI 3.1 names the dialect for the whole document.
  delete converted.$schema;
  return converted;
}

export function named(name: keyof typeof SCHEMAS) {
  return { $ref: `#/components/schemas/${name}` };
}

/** The named schemas. A list names its items' schema, so that a generated client has one type for them. */
export function namedSchemas(): Record<string, object> {
  const all = Object.entries(SCHEMAS).map(([name, schema]): [string, object] => [name, jsonSchema(schema)]);
  const byName = Object.fromEntries(all) as Record<string, { properties?: Record<string, object> }>;
  for (const [list, items, item] of [
    ['TaskList', 'tasks', 'Task'],
    ['PickedTaskList', 'tasks', 'PickedTask'],
    ['Acknowledgements', 'acknowledged', 'Acknowledgement'],
  ] as const) {
    const properties = byName[list]?.properties;
    if (properties !== undefined) properties[items] = { type: 'array', items: named(item) };
  }
  return byName;
}
