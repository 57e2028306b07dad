/** Posts one message. No sentence of it holds the URL, and no host either: that of a private receiver is nobody's. */
import { exchange, type ExchangeError, type ExchangeAnswer } from '../../../../shared/runtime/http-exchange';
import { isCertificateCode, networkCause } from '../../../../shared/runtime/network';
import { mapText, type Text } from '../../../../shared/text';
import { busy, later, refused, unsure, withCode, type Answer, type FailureVerdict } from './verdict';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts and reads the answer within `timeoutMs`. Never rejects. */
export async function post({ url, headers, body }: PostRequest, timeoutMs: number): Promise<Answer> {
  if (timeoutMs <= 0) {
    return { failure: later({ en: 'There was no time left to send.', 'zh-CN': '已经没有时间发送。' }) };
  }
  try {
    return await exchange(
      {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
        body,
        maxBytes: MAX_ANSWER_BYTES,
      },
      timeoutMs,
    );
  } catch (error) {
    const failure = failureOf(error as ExchangeError);
    return { failure: (error as ExchangeError).hadConnection ? unsure(failure) : failure };
  }
}

/** Whether an answer came. */
export function isAnswer(answer: Answer): answer is ExchangeAnswer {
  return !('failure' in answer);
}

function failureOf({ code, isTimeout }: ExchangeError): FailureVerdict {
  if (isTimeout) {
    return later({ en: 'No answer came before the deadline.', 'zh-CN': '在时限内没有收到应答。' });
  }
  if (code === null)
    return busy({ en: 'The connection to the receiver failed.', 'zh-CN': '连接接收方失败。' });
  const coded = (reason: Text) => withCode(reason, code);
  if (isCertificateCode(code)) {
    return refused(
      coded({
        en: "The receiver's TLS certificate is not accepted: check the channel's url",
        'zh-CN': '接收方的 TLS 证书不可信，请检查通道的 url',
      }),
    );
  }
  const failed = { en: 'The connection to the receiver failed', 'zh-CN': '连接接收方失败' };
  const cause = networkCause(code);
  if (cause === null) return busy(coded(failed));
  return busy(
    coded(
      mapText(failed, (sentence, language) =>
        language === 'en' ? `${sentence}: ${cause.en}` : `${sentence}：${cause['zh-CN']}`,
      ),
    ),
  );
}
