/** What the sources' errors say, in both languages. */
import { codeOf } from '../runtime/http-exchange';
import { networkCause } from '../runtime/network';
import { mapText, type Text } from '../text';

/** `text` and, in parentheses, what keeps it from being well. */
export function because(text: Text, cause: Text): Text {
  return mapText(text, (sentence, language) =>
    language === 'en'
      ? `${sentence.replace(/\.$/, '')}: ${cause.en}.`
      : `${sentence.replace(/。$/, '')}：${cause['zh-CN']}。`,
  );
}

/** `text` with a code at its end, in parentheses. */
export function withCode(text: Text, code: string): Text {
  return mapText(text, (sentence, language) =>
    language === 'en'
      ? `${sentence.replace(/\.$/, '')} (${code}).`
      : `${sentence.replace(/。$/, '')}（${code}）。`,
  );
}

/**
 * Why no answer came from `host` (with its port), as far as `error`, which is Node's, tells; null when it tells nothing.
 * Never the error's own message: that holds the URL with its query.
 */
export function causeOf(error: unknown, host: string | null): Text | null {
  const code = codeOf(error);
  const cause = code === null ? null : networkCause(code);
  const place = host ?? '';
  if (cause === null) return place === '' ? null : { en: place, 'zh-CN': place };
  return mapText(cause, (clause, language) =>
    language === 'en' ? `${place} ${clause} (${code})`.trim() : `${place} ${clause}（${code}）`.trim(),
  );
}
