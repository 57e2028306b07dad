import type { ExchangeAnswer } from '../../../../shared/runtime/http-exchange';
import { mapText, type Text } from '../../../../shared/text';
import type { Delivery, DeliveryFailure } from '../channel';

/** A Delivery, and for a failure whether the same message may be tried again within this poll. */
export type Verdict = { readonly ok: true } | FailureVerdict;

export interface FailureVerdict extends DeliveryFailure {
  readonly retry: boolean;
  /** A shorter message may be taken. */
  readonly isTooLarge?: true;
}

/** What a receiver answered, or what kept it from answering. */
export type Answer = ExchangeAnswer | { readonly failure: FailureVerdict };

export const DELIVERED = { ok: true } as const;

const FAILURE = { ok: false, permanent: false, mayHaveArrived: false, retry: false } as const;

/** A person has to change something. `reason` says what. */
export function refused(reason: Text): FailureVerdict {
  return { ...FAILURE, permanent: true, reason };
}

/** It may pass by itself, but not within seconds: the next poll tries again. */
export function later(reason: Text): FailureVerdict {
  return { ...FAILURE, reason };
}

/** It may pass within seconds: worth another try in this poll. */
export function busy(reason: Text): FailureVerdict {
  return { ...FAILURE, reason, retry: true };
}

/** The receiver may have the message: nobody knows. */
export function unsure(verdict: FailureVerdict): FailureVerdict {
  return { ...verdict, mayHaveArrived: true };
}

export function toDelivery(verdict: Verdict): Delivery {
  if (verdict.ok) return DELIVERED;
  const { permanent, mayHaveArrived, reason } = verdict;
  return { ok: false, permanent, mayHaveArrived, reason };
}

/** `reason` with what the receiver's document or support asks for, in parentheses. */
export function withCode(reason: Text, code: string): Text {
  return mapText(reason, (sentence, language) =>
    language === 'en' ? `${sentence} (${code}).` : `${sentence}（${code}）。`,
  );
}

/** What an HTTP status other than 2xx means, when the body says nothing that the receiver's document explains. */
export function statusVerdict(name: Text, status: number): FailureVerdict {
  const coded = (reason: Text) => withCode(reason, `HTTP ${status}`);
  if (status === 429) {
    return busy(coded({ en: `${name.en} is throttling`, 'zh-CN': `${name['zh-CN']}正在限流` }));
  }
  if (status >= 500 || status === 408 || status === 425) {
    const broken = busy(
      coded({ en: `${name.en} is not working properly`, 'zh-CN': `${name['zh-CN']}服务异常` }),
    );
    // A gateway that did not understand its server, or waited for it in vain, has handed the message on.
    return status === 502 || status === 504 ? unsure(broken) : broken;
  }
  if (status >= 300 && status < 400) {
    return refused(
      coded({
        en: `${name.en} answers with a redirect, which is not followed: set the final URL`,
        'zh-CN': `${name['zh-CN']}返回重定向，不会跟随，请把 url 改成最终地址`,
      }),
    );
  }
  if (status === 413) {
    const reason = { en: `${name.en} finds the message too large`, 'zh-CN': `${name['zh-CN']}认为消息太大` };
    return { ...refused(coded(reason)), isTooLarge: true };
  }
  return refused(
    coded({
      en: `${name.en} refuses the message: check the channel's url`,
      'zh-CN': `${name['zh-CN']}拒收消息，请检查通道的 url`,
    }),
  );
}

/** A success status with a body that is no answer of this receiver: a proxy's page, an empty body, another service. */
export function notAnAnswer(name: Text, status: number): FailureVerdict {
  const reason = {
    en: `The answer of ${name.en} does not say that the message was taken: if this goes on, check the channel's url`,
    'zh-CN': `${name['zh-CN']}的应答没有表明消息已被接收；如果一直这样，请检查通道的 url`,
  };
  return unsure(later(withCode(reason, `HTTP ${status}`)));
}

/** A code that the receiver's document, as known here, does not explain. */
export function unknownCode(name: Text, code: number): FailureVerdict {
  return later({
    en: `${name.en} refuses the message with code ${code}: look the code up in its documentation.`,
    'zh-CN': `${name['zh-CN']}拒收消息，错误码 ${code}，请查阅其文档。`,
  });
}

/** Of the error, whose message may hold anything, the name is told. */
export function notMade(error: unknown): FailureVerdict {
  const name = error instanceof Error ? error.name : 'an error';
  return later({
    en: `The message could not be made (${name}): this is a bug of robot-task-watch.`,
    'zh-CN': `消息生成失败（${name}），这是 robot-task-watch 的缺陷。`,
  });
}

/** The receiver cannot read what we wrote. */
export function ourBug(name: Text): FailureVerdict {
  return refused({
    en: `${name.en} cannot read the message: this is a bug of robot-task-watch, please report it`,
    'zh-CN': `${name['zh-CN']}无法解析消息，这是 robot-task-watch 的缺陷，请反馈`,
  });
}

/** The body as a JSON object; null when it is anything else. */
export function jsonObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
