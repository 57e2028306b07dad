/** What could not be found out, and why: one sentence for each cause, for people who read it at night. */
import { statusWords } from '../../../shared/status-words';
import { withCode } from '../../../shared/sources/sentences';
import { joinTexts, mapText, type Text } from '../../../shared/text';

/** One question to the source that got no answer. */
export interface Unanswered {
  /** The status whose list it was; null = what became of a task that had left the lists. */
  readonly status: string | null;
  /** A whole sentence. */
  readonly cause: Text;
  /** The service's code, and its id of the request, which its support asks for. */
  readonly code: string | null;
  readonly requestId: string | null;
}

/** More of them help nobody, and leave no room for the rest. */
const MOST_REQUEST_IDS = 2;

/**
 * Each cause once, and before it the statuses that it is about where these are not all of `asked`; the request ids stand last. Null
 * where nothing is unanswered.
 */
export function unansweredInWords(unanswered: readonly Unanswered[], asked: readonly string[]): Text | null {
  if (unanswered.length === 0) return null;
  const causes = new Map<string, { readonly sentence: Text; readonly statuses: Set<string | null> }>();
  for (const { status, cause, code } of unanswered) {
    const sentence = code === null ? cause : withCode(cause, code);
    const { statuses } = causes.get(sentence.en) ?? { statuses: new Set() };
    causes.set(sentence.en, { sentence, statuses: statuses.add(status) });
  }
  const sentences = [...causes.values()].map(({ sentence, statuses }) => about(statuses, asked, sentence));
  const ids = [...new Set(unanswered.flatMap(({ requestId }) => requestId ?? []))].slice(0, MOST_REQUEST_IDS);
  const requests = { en: `Request ids: ${ids.join(', ')}.`, 'zh-CN': `请求 ID：${ids.join('、')}。` };
  return joinTexts([
    ...sentences.toSorted((a, b) => (a.en < b.en ? -1 : 1)),
    ...(ids.length === 0 ? [] : [requests]),
  ]);
}

function about(statuses: ReadonlySet<string | null>, asked: readonly string[], sentence: Text): Text {
  if (asked.every((status) => statuses.has(status))) return sentence;
  const names = [...statuses].map((status): Text => {
    return status === null ? LEFT : (statusWords(status) ?? { en: status, 'zh-CN': status });
  });
  return mapText(sentence, (text, language) => {
    const listed = names.map((name) => name[language]).toSorted();
    return language === 'en' ? `(${listed.join('; ')}) ${text}` : `（${listed.join('、')}）${text}`;
  });
}

const LEFT: Text = { en: 'tasks that left the lists', 'zh-CN': '离开列表的任务' };
