/**
 * What can be made to go wrong, as plain JSON-able rules: `{ when, then }`. A call is befallen by the fault of every rule
 * that matches it. Of several that cannot both be (two ways to send, two answers), the first rule counts.
 *
 *     simulator.setFaults([
 *       { then: { fault: 'clamp-page-size', max: 50 } },
 *       { when: { page: 2, times: 1 }, then: { fault: 'stall', after: 'headers' } },
 *       { when: { probability: 0.1 }, then: { fault: 'code', code: 'Throttling.User', httpStatus: 400 } },
 *     ]);
 *
 * A call with a wrong signature is refused whatever answer the rules hold ready, so that a fault never hides a client
 * that signs wrongly.
 */
import * as v from 'valibot';

export const BROKEN_ANSWERS = [
  'empty-500',
  'no-content-204',
  'html-502',
  'array',
  'null',
  'no-code',
  'no-code-400',
  'redirect-302',
  'truncated-json',
] as const;
export type BrokenAnswer = (typeof BROKEN_ANSWERS)[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const milliseconds = v.pipe(v.number(), v.minValue(0));
const httpStatus = v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599));

/** The right answer, written or paged differently. */
const wordingSchemas = [
  /** Never more than `max` tasks a page, whatever PageSize asks for; PageSize in the answer says so. */
  v.strictObject({ fault: v.literal('clamp-page-size'), max: count }),
  /** No TotalCount. */
  v.strictObject({ fault: v.literal('omit-total') }),
  /** No PageNo, PageSize and TotalCount, as in the vendor's document of 2019. */
  v.strictObject({ fault: v.literal('omit-paging') }),
  /** TotalCount says this instead. */
  v.strictObject({ fault: v.literal('wrong-total'), total: v.union([v.number(), v.string()]) }),
  /** No task is known by its id, as if it had been deleted; lists show it nevertheless. */
  v.strictObject({ fault: v.literal('unknown-id') }),
  /** Of Dyvmsapi: Data is a JSON array (of the detail: an object) instead of a string that holds one. */
  v.strictObject({ fault: v.literal('data-as-array') }),
  /** Data is this value, whatever it is; without a value there is no Data. */
  v.strictObject({ fault: v.literal('data'), value: v.optional(v.unknown()) }),
  /**
   * The list moves after each call for it that matches, `count` places (1 unless told). remove: the newest matching
   * tasks leave the list, as tasks do that change status; asked for by their ids they are still there. insert: new tasks that
   * match are created in front, and stay. rotate: the front goes to the end. What left or rotated stays so until the
   * rules are set anew.
   */
  v.strictObject({
    fault: v.literal('shift'),
    how: v.picklist(['remove', 'insert', 'rotate']),
    count: v.optional(count, 1),
  }),
  /** What a page past the end holds: no task (as without this fault), the last page again, or `code`. */
  v.strictObject({
    fault: v.literal('past-the-end'),
    answer: v.picklist(['empty', 'repeat-last', 'error']),
    code: v.optional(v.string(), '100008.0'),
  }),
  /** What the product itself refuses (InvalidParameters, 100008.0 …) carries this HTTP status instead of 200. */
  v.strictObject({ fault: v.literal('refusal-status'), httpStatus }),
] as const;

/** Another answer than the right one. */
const answerSchemas = [
  /** Any code: in the gateway's shape from HTTP 400 on, else in the product's. */
  v.strictObject({
    fault: v.literal('code'),
    code: v.string(),
    httpStatus: v.optional(httpStatus, 400),
    message: v.optional(v.string(), 'The simulator was told to answer this code.'),
  }),
  /** Throttling.User at HTTP 400 for each call beyond `perSecond` in the second before it. */
  v.strictObject({ fault: v.literal('quota'), perSecond: count }),
  /** One of the ways in which a gateway or a proxy breaks. */
  v.strictObject({ fault: v.literal('broken'), as: v.picklist(BROKEN_ANSWERS) }),
  /** Exactly this answer. */
  v.strictObject({
    fault: v.literal('raw'),
    httpStatus: v.optional(httpStatus, 200),
    contentType: v.optional(v.string(), 'application/json;charset=utf-8'),
    body: v.string(),
  }),
] as const;

/** The answer, sent badly. */
const transportSchemas = [
  /** Waits `ms` before it answers, and up to `jitterMs` more by chance. */
  v.strictObject({ fault: v.literal('delay'), ms: milliseconds, jitterMs: v.optional(milliseconds, 0) }),
  /** Goes silent for good, with the connection open: at once, after the headers, or in the middle of the body. */
  v.strictObject({ fault: v.literal('stall'), after: v.picklist(['request', 'headers', 'half']) }),
  /** Sends the body `bytes` at a time, with `everyMs` between. */
  v.strictObject({ fault: v.literal('trickle'), bytes: v.optional(count, 1), everyMs: milliseconds }),
  /** TCP reset: of a new connection, instead of an answer, or in the middle of the body. */
  v.strictObject({ fault: v.literal('reset'), after: v.picklist(['connect', 'request', 'half']) }),
  /** Ends the connection politely in the middle of the body. */
  v.strictObject({ fault: v.literal('cut') }),
  /** Compresses the body although nobody asked for it. */
  v.strictObject({ fault: v.literal('gzip') }),
  /** The gateway's clock is ahead by `ms` (behind when negative) when it judges x-acs-date and a token's expiry. */
  v.strictObject({ fault: v.literal('clock-skew'), ms: v.number() }),
] as const;

const faultSchema = v.variant('fault', [...wordingSchemas, ...answerSchemas, ...transportSchemas]);

const whenSchema = v.strictObject({
  /** Only this action, such as QueryRobotTaskList. */
  action: v.optional(v.string()),
  /** Only calls for this PageNo. */
  page: v.optional(count),
  /** Only calls on a connection that has carried one before. */
  reusedConnection: v.optional(v.boolean()),
  /** Only calls on a connection from before these rules: what an instance meets when it thaws. */
  oldConnection: v.optional(v.boolean()),
  /** Not the first so many calls that match. */
  skip: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** Only so many calls. */
  times: v.optional(count),
  /** Only by chance, from 0 to 1, out of the simulator's seed. */
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
});

const faultRuleSchema = v.pipe(
  v.strictObject({ when: v.optional(whenSchema, {}), then: faultSchema }),
  v.check(
    ({ when, then }) =>
      !(then.fault === 'reset' && then.after === 'connect') ||
      (when.action === undefined &&
        [when.page, when.reusedConnection, when.oldConnection].every((given) => given === undefined)),
    'A reset after "connect" comes before the request: action, page and connection cannot choose it',
  ),
);

/** A rule as it is written; what is left out takes its default. */
export type FaultRule = v.InferInput<typeof faultRuleSchema>;
/** A rule with every default filled in. */
export type ParsedFaultRule = v.InferOutput<typeof faultRuleSchema>;
export type Fault = ParsedFaultRule['then'];
export type FaultOf<Kind extends Fault['fault']> = Extract<Fault, { fault: Kind }>;

/** Throws an Error whose message names each mistake and where it stands. */
export function parseFaultRules(rules: unknown): ParsedFaultRule[] {
  const parsed = v.safeParse(v.array(faultRuleSchema), rules);
  if (parsed.success) return parsed.output;
  const mistakes = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'rules'}: ${issue.message}`);
  throw new Error(`The fault rules are wrong. ${mistakes.join('; ')}.`);
}

/** The first of `faults` that is of this kind. */
export function findFault<Kind extends Fault['fault']>(
  faults: readonly Fault[],
  kind: Kind,
): FaultOf<Kind> | undefined {
  return faults.find((fault): fault is FaultOf<Kind> => fault.fault === kind);
}
