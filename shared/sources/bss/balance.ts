/** The account's balance by way of BssOpenApi 2017-12-14, QueryAccountBalance. */
import * as v from 'valibot';
import type { Clock } from '../../runtime/clock';
import { RobotTaskError } from '../../robot-task-error';
import { endWithin } from '../../runtime/deadline';
import { codeOf } from '../../runtime/http-exchange';
import type { Text } from '../../text';
import { withText } from '../openapi/body';
import { closeKept, withConnectionUse } from '../openapi/connections';
import { limitErrorBodies } from '../openapi/error-body';
import { answered } from '../openapi/errors';
import type { OpenApiClient } from '../openapi/openapi-client';
import { because, causeOf } from '../sentences';

/** What asking for the balance gave. `amount` is decimal digits, `-` before it where it is negative. */
export type BalanceAnswer =
  | { readonly ok: true; readonly amount: string; readonly currency: string }
  | { readonly ok: false; readonly reason: Text };

export interface BalanceOptions {
  readonly client: OpenApiClient;
  /** The API's host: reasons name it. */
  readonly host: string;
  readonly clock: Clock;
}

/** Thousands can have commas: `-1,234.50`. */
const AMOUNT = /^-?\d{1,3}(?:,?\d{3})*(?:\.\d+)?$/;
const CODE = /^[\w.:-]{1,80}$/;

const answerSchema = v.object({
  Code: v.fallback(v.string(), ''),
  Data: v.fallback(
    v.object({
      AvailableAmount: v.fallback(v.string(), ''),
      Currency: v.fallback(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)), 'CNY'),
    }),
    { AvailableAmount: '', Currency: 'CNY' },
  ),
});
const responseSchema = v.object({
  statusCode: v.optional(v.number(), 200),
  body: v.pipe(v.string(), v.parseJson(), answerSchema),
});
const errorSchema = v.object({ code: v.pipe(v.string(), v.regex(CODE)) });

const UNREAD: Text = {
  en: 'The billing service gave an answer that cannot be read.',
  'zh-CN': '费用服务的应答无法解析。',
};
const LATE: Text = {
  en: 'The billing service did not answer in time.',
  'zh-CN': '费用服务在时限内没有应答。',
};
const FAILED: Text = { en: 'The billing service is out of reach.', 'zh-CN': '无法访问费用服务。' };

/** An answer has a few hundred bytes. */
const MAX_BYTES = 64_000;
/** The lists of a poll take less, and its alerts must not wait for an amount of money. */
const LONGEST_MS = 3000;

/** Asks by a deadline (epoch milliseconds) and for no more than three seconds. Does not reject. */
export function createBalance({
  client,
  host,
  clock,
}: BalanceOptions): (deadline: number) => Promise<BalanceAnswer> {
  limitErrorBodies();
  async function ask(deadline: number, isLastTry: boolean): Promise<BalanceAnswer> {
    const timeoutMs = deadline - clock.now();
    return withConnectionUse(async (use) => {
      try {
        const response = await endWithin(
          clock,
          timeoutMs,
          async (signal) => {
            const runtime = { readTimeout: timeoutMs + 1000, connectTimeout: timeoutMs + 1000 };
            return withText(await client.callApi(PARAMS, {}, runtime), signal, MAX_BYTES);
          },
          () => new RobotTaskError('timeout', because(LATE, { en: host, 'zh-CN': host })),
        );
        return readAnswer(response, host);
      } catch (error) {
        // A connection that was kept can have died while the instance was frozen.
        if (isLastTry || !use.isReused || use.status !== null)
          return { ok: false, reason: reasonOf(error, host, use.status) };
        closeKept(use);
        return ask(deadline, true);
      }
    });
  }

  return (deadline) => ask(Math.min(deadline, clock.now() + LONGEST_MS), false);
}

const PARAMS = {
  action: 'QueryAccountBalance',
  version: '2017-12-14',
  protocol: 'HTTPS',
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  // Unread: the core client would read without a limit.
  bodyType: 'binary',
};

/** Success is Code "200" here, not OK. */
function readAnswer(response: unknown, host: string): BalanceAnswer {
  const parsed = v.safeParse(responseSchema, response);
  if (!parsed.success) {
    const status = v.safeParse(v.object({ statusCode: v.number() }), response);
    return {
      ok: false,
      reason: status.success ? because(UNREAD, answered(host, status.output.statusCode)) : UNREAD,
    };
  }
  const { Code, Data } = parsed.output.body;
  if (Code !== '200') return { ok: false, reason: refusal(Code) };
  const { AvailableAmount, Currency } = Data;
  if (!AMOUNT.test(AvailableAmount)) return { ok: false, reason: UNREAD };
  return { ok: true, amount: AvailableAmount.replaceAll(',', ''), currency: Currency };
}

function reasonOf(error: unknown, host: string, status: number | null): Text {
  if (error instanceof RobotTaskError) return error.kind === 'malformed' ? UNREAD : error.text;
  if (status !== null && codeOf(error) === null) return because(UNREAD, answered(host, status));
  const known = v.safeParse(errorSchema, error);
  const cause = causeOf(error, host);
  // A code of Node's says why nobody could be reached, any other is the service's.
  if (known.success && !/^E[A-Z_]+$/.test(known.output.code)) return refusal(known.output.code);
  return cause === null ? FAILED : because(FAILED, cause);
}

function refusal(given: string): Text {
  const code = CODE.test(given) ? given : '–';
  if (/NoPermission|Forbidden|NotAuthorized/i.test(code)) {
    return {
      en: `The billing service refuses the permission: grant bss:DescribeAcccount to the role (${code}).`,
      'zh-CN': `费用服务拒绝了权限：请给角色授予 bss:DescribeAcccount（${code}）。`,
    };
  }
  if (/NotApplicable|InvalidOwner|site/i.test(code)) {
    return {
      en: `The billing service knows no such account: international accounts need another BSS_ENDPOINT (${code}).`,
      'zh-CN': `费用服务查不到该账号：国际站账号需要另设 BSS_ENDPOINT（${code}）。`,
    };
  }
  return {
    en: `The billing service does not tell the balance (${code}).`,
    'zh-CN': `费用服务没有返回余额（${code}）。`,
  };
}
