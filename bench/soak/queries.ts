/** Asks the HTTP endpoint all the while: every answer is complete, or a problem document. */
import * as v from 'valibot';
import { STOPPED_STATUSES } from '../../shared/robot-task';
import { pickOne, wholeNumber, type Random } from '../../local/simulator/world/random';
import type { Truth } from './truth';
import type { Upstream } from './weather';

export interface Queries {
  /** By HTTP status, how many answers. */
  readonly answers: ReadonlyMap<number, number>;
  /** Complete lists that were compared with what really was. */
  readonly compared: number;
  readonly violations: readonly string[];
  /** Everything that was answered since the last call. */
  takeBodies(): string[];
  /** Asks one question and judges the answer. */
  ask(): Promise<void>;
  /** Asks until `stop` is called; that resolves when the last answer is there. */
  start(): { stop(): Promise<void> };
}

export interface QueryOptions {
  readonly url: string;
  readonly token: string;
  readonly random: Random;
  readonly truth: Truth;
  /** Grows whenever upstream's behaviour changes. */
  readonly weatherVersion: () => number;
  readonly upstream: () => Upstream;
}

interface Question {
  readonly path: string;
  /** With an upstream that answers. */
  readonly status: 200 | 400 | 404;
  /** What a 200 must hold; null = it is not compared. */
  readonly want: ((body: unknown) => boolean) | null;
}

const listSchema = v.object({
  tasks: v.array(v.object({ id: v.string(), status: v.string() })),
  total: v.number(),
});
const problemSchema = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
});

/** Of an upstream that does not answer. A 429 would be the host's: it has ten instances, and there is one caller. */
const FAILURES = [502, 503, 504];
const PAUSE_MS = 25;

export function createQueries({
  url,
  token,
  random,
  truth,
  weatherVersion,
  upstream,
}: QueryOptions): Queries {
  const answers = new Map<number, number>();
  const violations: string[] = [];
  let bodies: string[] = [];
  let compared = 0;

  async function judge(question: Question): Promise<void> {
    const { path } = question;
    const { deniesTasks = false, effect } = upstream();
    const before = [truth.version, weatherVersion()].join();
    // What an instance has kept of a list may be 10 s old.
    const headers = { authorization: `Bearer ${token}`, 'cache-control': 'no-cache' };
    const response = await fetch(`${url}${path}`, { headers });
    const text = await response.text();
    const { status } = response;
    bodies.push(text, JSON.stringify([...response.headers]));
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status !== 200 && !isProblem(text, status))
      violations.push(`GET ${path}: the ${status} is no problem document: ${text.slice(0, 200)}`);
    const isSame = before === [truth.version, weatherVersion()].join();
    // What is asked wrongly is refused before upstream is asked.
    const excused =
      question.status === 400
        ? []
        : [...(effect !== 'answers' || !isSame ? FAILURES : []), ...(deniesTasks || !isSame ? [404] : [])];
    if (status !== question.status && !excused.includes(status))
      violations.push(`GET ${path} was answered with ${status}: ${text.slice(0, 200)}`);
    if (status !== 200 || question.want === null || !isSame) return;
    compared += 1;
    if (!question.want(JSON.parse(text)))
      violations.push(`GET ${path} is not what is there: ${text.slice(0, 300)}`);
  }

  async function ask(): Promise<void> {
    try {
      await judge(drawQuestion(random, truth));
    } catch (error) {
      violations.push(`A question got no answer: ${String(error)}`);
    }
  }

  return {
    answers,
    get compared() {
      return compared;
    },
    violations,
    takeBodies() {
      const taken = bodies;
      bodies = [];
      return taken;
    },
    ask,
    start() {
      const off = new AbortController();
      const asking = (async () => {
        while (!off.signal.aborted) {
          await ask();
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      })();
      return {
        stop() {
          off.abort();
          return asking;
        },
      };
    },
  };
}

function drawQuestion(random: Random, truth: Truth): Question {
  const task = pickOne(random, truth.tasks);
  const status = pickOne(random, ['EXCUTING', 'FINISH', 'SYSTEM_STOP']);
  const page = wholeNumber(random, 1, 3);
  const nonsense = pickOne(random, [
    'pageSize=0',
    'sort=__proto__',
    'status=%00',
    'a=%E5%',
    'createdOn=2024-02-30',
  ]);
  const list = (query: string, want: Question['want']): Question => ({
    path: `/tasks?${query}`,
    status: 200,
    want,
  });
  return pickOne<Question>(random, [
    list('status=stopped&pageSize=100', holdsAll(truth, STOPPED_STATUSES)),
    list(`status=${status}&sort=id&pageSize=100`, holdsAll(truth, [status])),
    list(
      'status=stopped,EXCUTING&fields=id,status&pageSize=100',
      holdsAll(truth, [...STOPPED_STATUSES, 'EXCUTING']),
    ),
    list(`page=${page}&pageSize=10`, null),
    list(`sort=-taskName&page=${page}`, null),
    { path: `/tasks/${task}`, status: truth.status(task) === null ? 404 : 200, want: isTask(truth, task) },
    { path: `/tasks/${task.slice(0, 6)}000`, status: 404, want: null },
    { path: `/tasks?${nonsense}`, status: 400, want: null },
  ]);
}

function holdsAll(truth: Truth, statuses: readonly string[]): (body: unknown) => boolean {
  const want = truth.tasks.filter((task) => statuses.includes(truth.status(task) ?? '')).toSorted();
  return (body) => {
    const list = v.safeParse(listSchema, body);
    if (!list.success) return false;
    const ids = list.output.tasks.map(({ id }) => id).toSorted();
    return list.output.total === want.length && ids.join() === want.join();
  };
}

function isTask(truth: Truth, task: string): Question['want'] {
  const status = truth.status(task);
  if (status === null) return null;
  return (body) => v.is(v.object({ id: v.literal(task), status: v.literal(status) }), body);
}

function isProblem(text: string, status: number): boolean {
  try {
    const problem = v.safeParse(problemSchema, JSON.parse(text));
    return problem.success && problem.output.status === status;
  } catch {
    return false;
  }
}
