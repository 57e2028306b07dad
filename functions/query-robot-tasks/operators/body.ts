/** What an operator's calls take as their body. As the query string: what is checked here is what the OpenAPI document says. */
import * as v from 'valibot';
import { isDate } from '../../../shared/beijing-time';
import { LONGEST_MUTE_MS } from '../../../shared/operators/record';
import { ProblemError } from '../http/problem';
import { idParameter, says } from '../listing/parameter-schemas';
import { badValues } from '../listing/parameters';

/** More than 1,000 ids take, however they are laid out. */
const MOST_BYTES = 64 * 1024;
const MOST_IDS = 1000;
const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

const MUST_BE_TIME = says({
  en: 'must be null, or a time in ISO 8601 with its zone, such as 2026-11-30T09:00:00+08:00',
  'zh-CN': '必须是 null，或带时区的 ISO 8601 时间，例如 2026-11-30T09:00:00+08:00',
});
const IS_MISSING = says({ en: 'is missing', 'zh-CN': '缺失' });

/** `now` in epoch milliseconds, as what comes out is. */
function untilSchema(now: number) {
  return v.nullable(
    v.pipe(
      v.string(MUST_BE_TIME),
      v.check((text) => isDate(TIME.exec(text)?.[1] ?? '') && !Number.isNaN(Date.parse(text)), MUST_BE_TIME),
      v.metadata({
        format: 'date-time',
        description: 'Be quiet until then, at most 7 days from now; null: somebody takes it.',
      }),
      v.transform((text) => Date.parse(text)),
      v.check((time) => time > now, says({ en: 'must not be past', 'zh-CN': '不能是过去的时间' })),
      v.check(
        (time) => time <= now + LONGEST_MUTE_MS,
        says({ en: 'must be within 7 days', 'zh-CN': '必须在 7 天之内' }),
      ),
    ),
  );
}

/** Of `POST /tasks/{id}/acknowledge`. */
export function oneBody(now: number) {
  return v.object({ until: untilSchema(now) }, IS_MISSING);
}

/** Of `POST /acknowledge`. */
export function manyBody(now: number) {
  const mustBeIds = says({
    en: `must be a list of 1 to ${MOST_IDS} tasks' ids`,
    'zh-CN': `必须是 1 到 ${MOST_IDS} 个任务 ID 的列表`,
  });
  return v.object(
    {
      ids: v.pipe(
        v.array(idParameter, mustBeIds),
        v.minLength(1, mustBeIds),
        v.maxLength(MOST_IDS, mustBeIds),
      ),
      until: untilSchema(now),
    },
    IS_MISSING,
  );
}

type BodySchema = v.ObjectSchema<v.ObjectEntries, v.ErrorMessage<v.ObjectIssue> | undefined>;

/** Throws a ProblemError (400) that names everything that is wrong. */
export function parseBody<const S extends BodySchema>(body: Uint8Array, schema: S): v.InferOutput<S> {
  if (body.length > MOST_BYTES) {
    throw new ProblemError('invalid-request', {
      en: `The body must not be larger than ${MOST_BYTES} bytes.`,
      'zh-CN': `请求体不能超过 ${MOST_BYTES} 字节。`,
    });
  }
  const document = objectIn(body);
  if (document === null) {
    const names = Object.keys(schema.entries);
    throw new ProblemError('invalid-request', {
      en: `The body must be a JSON object with ${names.join(' and ')}.`,
      'zh-CN': `请求体必须是 JSON 对象，包含 ${names.join(' 和 ')}。`,
    });
  }
  const bad = badValues(schema, document);
  if (bad !== null) throw bad;
  return v.parse(schema, document);
}

function objectIn(body: Uint8Array): object | null {
  try {
    const document: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof document === 'object' && !Array.isArray(document) ? document : null;
  } catch {
    return null;
  }
}
