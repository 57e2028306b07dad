/** The RAM policies that docs/deploy.md gives to people. */
import * as v from 'valibot';
import { readDocument } from './document';

const texts = v.union([v.string(), v.array(v.string())]);
const policySchema = v.strictObject({
  Version: v.literal('1'),
  Statement: v.array(
    v.strictObject({
      Effect: v.literal('Allow'),
      Action: texts,
      Resource: texts,
      Condition: v.optional(v.strictObject({ StringEquals: v.record(v.string(), v.string()) })),
    }),
  ),
});

export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** What must be so besides, such as which service is meant. */
  readonly equals: Readonly<Record<string, string>>;
}

/** In the document's order: bootstrap's, and the deployer's. */
export function documentedPolicies(document = 'docs/deploy.md'): Permission[][] {
  return readDocument(document)
    .blocks.filter(({ text }) => text.includes('"Statement"'))
    .map(({ text }) =>
      v.parse(policySchema, JSON.parse(text)).Statement.map(({ Action, Resource, Condition }) => ({
        actions: [Action].flat(),
        resources: [Resource].flat(),
        equals: Condition?.StringEquals ?? {},
      })),
    );
}
