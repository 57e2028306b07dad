/** What a chat's answer means, by the table of its codes. */
import type { ExchangeAnswer } from '../../../../shared/runtime/http-exchange';
import type { Text } from '../../../../shared/text';
import {
  DELIVERED,
  jsonObject,
  notAnAnswer,
  statusVerdict,
  unknownCode,
  withCode,
  type FailureVerdict,
  type Verdict,
} from '../http/verdict';

export type Code = number | string;

/** A failure without its code, which is added; by what the chat says, where one code stands for several things. */
type Meaning = FailureVerdict | ((said: string) => FailureVerdict);

/** Each line: codes, and what they mean. */
export type Meanings = readonly (readonly [codes: readonly Code[], meaning: Meaning])[];

export interface ChatAnswers {
  readonly name: Text;
  readonly meanings: Meanings;
  /** What is 0 in its own OK; undefined where the answer has no code. */
  codeIn(answer: Readonly<Record<string, unknown>>): unknown;
  /** What it says of the code; never shown. */
  saidIn(answer: Readonly<Record<string, unknown>>): unknown;
  /** As its documentation calls the code. */
  readonly label: string;
}

/** As DingTalk and WeCom answer. */
export const ERRCODE = {
  label: 'errcode',
  codeIn: ({ errcode }) => errcode,
  saidIn: ({ errmsg }) => errmsg,
} as const satisfies Omit<ChatAnswers, 'name' | 'meanings'>;

/** "Delivered" only on HTTP 200 with the chat's own OK in the body. */
export function chatVerdict({ status, body }: ExchangeAnswer, chat: ChatAnswers): Verdict {
  const answer = jsonObject(body) ?? {};
  const code = chat.codeIn(answer);
  if (code === 0 && status === 200) return DELIVERED;
  if (typeof code === 'number' && code !== 0) {
    const said = chat.saidIn(answer);
    const verdict = meaningOf(
      code,
      typeof said === 'string' ? said : '',
      `${chat.label} ${code}`,
      chat.meanings,
    );
    return verdict ?? (status >= 500 ? statusVerdict(chat.name, status) : unknownCode(chat.name, code));
  }
  return status === 200 ? notAnAnswer(chat.name, status) : statusVerdict(chat.name, status);
}

/** Null for a code that is in no line. `shown` is what stands for it in the sentence. */
export function meaningOf(
  code: Code,
  said: string,
  shown: string,
  meanings: Meanings,
): FailureVerdict | null {
  const meaning = meanings.find(([codes]) => codes.includes(code))?.[1];
  if (meaning === undefined) return null;
  const verdict = typeof meaning === 'function' ? meaning(said) : meaning;
  return { ...verdict, reason: withCode(verdict.reason, shown) };
}
