/** What the operations of the OpenAPI document take. */
import type * as v from 'valibot';
import { idParameter, listParameters } from '../listing/parameter-schemas';
import { jsonSchema } from './components';

function listParameter([name, schema]: [string, v.GenericSchema]) {
  const { description, ...valueSchema } = jsonSchema(schema) as { description?: string };
  return {
    name,
    in: 'query',
    required: false,
    ...(description === undefined ? {} : { description }),
    ...('type' in valueSchema && valueSchema.type === 'array' ? { style: 'form', explode: false } : {}),
    schema: valueSchema,
  };
}

/** What `GET /tasks` takes in its query string. */
export const LIST_PARAMETERS = Object.entries(listParameters.entries).map((entry) => listParameter(entry));

export const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'ETags of answers that the caller has: if the content is still the same, the answer is a 304.',
  schema: { type: 'string' },
};
export const ID_PARAMETER = { name: 'id', in: 'path', required: true, schema: jsonSchema(idParameter) };

export function requestBody(schema: v.GenericSchema) {
  return {
    required: true,
    content: {
      'application/json': { schema: { ...jsonSchema(schema, 'input'), additionalProperties: false } },
    },
  };
}
