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
  const byCause = new Map<string, Unanswered[]>();
  for (const question of unanswered) {
    const key = `${question.cause.en} ${question.code ?? ''}`;
    byCause.set(key, [...(byCause.get(key) ?? []), question]);
  }
  const sentences = [...byCause.values()].map((questions) => causeInWords(questions, asked));
  const ids = new Set(unanswered.flatMap(({ requestId }) => requestId ?? []));
  return joinTexts([
    ...sentences.toSorted((a, b) => (a.en < b.en ? -1 : 1)),
    ...(ids.size === 0 ? [] : [requestIds([...ids].slice(0, MOST_REQUEST_IDS))]),
  ]);
}

function causeInWords(questions: readonly Unanswered[], asked: readonly string[]): Text {
  const [first] = questions;
  if (first === undefined) return { en: '', 'zh-CN': '' };
  const sentence = first.code === null ? first.cause : withCode(first.cause, first.code);
  const places = new Set(questions.map(({ status }) => status));
  if (asked.every((status) => places.has(status))) return sentence;
  const names = [...places].map((status) =>
    status === null ? LEFT : (statusWords(status) ?? asItIs(status)),
  );
  return mapText(sentence, (text, language) => {
    const listed = names.map((name) => name[language]).toSorted();
    return language === 'en' ? `(${listed.join('; ')}) ${text}` : `（${listed.join('、')}）${text}`;
  });
}

const LEFT: Text = { en: 'tasks that left the lists', 'zh-CN': '离开列表的任务' };

function requestIds(ids: readonly string[]): Text {
  return { en: `Request ids: ${ids.join(', ')}.`, 'zh-CN': `请求 ID：${ids.join('、')}。` };
}

function asItIs(status: string): Text {
  return { en: status, 'zh-CN': status };
}
