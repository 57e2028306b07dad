/** The account's balance by way of BssOpenApi 2017-12-14, QueryAccountBalance. */
import * as v from 'valibot';
import type { Clock } from '../../runtime/clock';
import { endWithin } from '../../runtime/deadline';
import type { Text } from '../../text';
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
const responseSchema = v.object({ body: answerSchema });
const errorSchema = v.object({ code: v.pipe(v.string(), v.regex(CODE)) });

const UNREAD: Text = {
  en: 'The billing service gave an answer that cannot be read.',
  'zh-CN': '费用服务的应答无法解析。',
};
const FAILED: Text = { en: 'The billing service does not answer.', 'zh-CN': '费用服务没有应答。' };

/** Asks once, by a deadline (epoch milliseconds). Does not reject. */
export function createBalance({
  client,
  host,
  clock,
}: BalanceOptions): (deadline: number) => Promise<BalanceAnswer> {
  return async (deadline) => {
    const timeoutMs = deadline - clock.now();
    try {
      const response = await endWithin(
        clock,
        timeoutMs,
        () => client.callApi(PARAMS, {}, { readTimeout: timeoutMs, connectTimeout: timeoutMs }),
        () => new Error('too late'),
      );
      return readAnswer(response);
    } catch (error) {
      return { ok: false, reason: reasonOf(error, host) };
    }
  };
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
  bodyType: 'json',
};

/** Success is Code "200" here, not OK. */
function readAnswer(response: unknown): BalanceAnswer {
  const parsed = v.safeParse(responseSchema, response);
  if (!parsed.success) return { ok: false, reason: UNREAD };
  const { Code, Data } = parsed.output.body;
  if (Code !== '200') return { ok: false, reason: refusal(Code) };
  const { AvailableAmount, Currency } = Data;
  if (!AMOUNT.test(AvailableAmount)) return { ok: false, reason: UNREAD };
  return { ok: true, amount: AvailableAmount.replaceAll(',', ''), currency: Currency };
}

function reasonOf(error: unknown, host: string): Text {
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
