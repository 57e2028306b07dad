/** RAM writes one policy in many ways: a lone action or a list of one, keys and lists in any order. */
import type { PolicyDocument } from './resources';

/**
 * What turns the policy `found` (JSON) into `wanted`, as lines for people: "- " before a statement that goes, "+ " before
 * one that comes. Empty when both mean the same.
 */
export function documentChanges(found: string, wanted: PolicyDocument): string[] {
  const before = statements(parse(found));
  const after = statements(wanted);
  return [
    ...before.filter((statement) => !after.includes(statement)).map((statement) => `- ${statement}`),
    ...after.filter((statement) => !before.includes(statement)).map((statement) => `+ ${statement}`),
  ];
}

/** The statements of a policy, one line each. */
export function documentLines(document: PolicyDocument): string[] {
  return document.Statement.map((statement) => JSON.stringify(statement));
}

/** What is no JSON is shown as it is, and replaced. */
function parse(document: string): unknown {
  try {
    return JSON.parse(document) as unknown;
  } catch {
    return { Statement: [document] };
  }
}

function statements(document: unknown): string[] {
  const found = isObject(document) ? document['Statement'] : undefined;
  return [found ?? []].flat().map((statement) => JSON.stringify(normalize(statement)));
}

/** Keys sorted; a lone text as a list of one; lists sorted. */
function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalize).sort(compareAsJson);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, child]) => [
      key,
      key === 'Effect' || isObject(child)
        ? normalize(child)
        : [child].flat().map(normalize).sort(compareAsJson),
    ]),
  );
}

function compareAsJson(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
