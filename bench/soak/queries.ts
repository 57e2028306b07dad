/** Asks the HTTP endpoint all the while: every answer is complete, or a problem document. */
import * as v from 'valibot';
import { STOPPED_STATUSES } from '../../shared/robot-task';
import { pickOne, wholeNumber, type Random } from '../../local/simulator/random';
import type { Truth } from './truth';

export interface Queries {
  /** By HTTP status, how many answers. */
  readonly answers: ReadonlyMap<number, number>;
  /** Complete lists that were compared with what really was. */
  readonly compared: number;
  readonly violations: readonly string[];
  /** Everything that was answered since the last call. */
  takeBodies(): string[];
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
  /** Upstream denies tasks that it has. */
  readonly isDenying: () => boolean;
}

interface Question {
  readonly path: string;
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

/** A 429 would be the host's: it has ten instances at most, and there is one caller. */
const EXPECTED = [200, 400, 404, 502, 503, 504];
const PAUSE_MS = 25;

export function createQueries({
  url,
  token,
  random,
  truth,
  weatherVersion,
  isDenying,
}: QueryOptions): Queries {
  const answers = new Map<number, number>();
  const violations: string[] = [];
  let bodies: string[] = [];
  let compared = 0;

  async function ask({ path, want }: Question): Promise<void> {
    const before = [truth.version, weatherVersion()].join();
    const denied = isDenying();
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    const { status } = response;
    bodies.push(text, JSON.stringify([...response.headers]));
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (!EXPECTED.includes(status)) {
      violations.push(`GET ${path} was answered with ${status}: ${text.slice(0, 200)}`);
    } else if (status !== 200) {
      if (!isProblem(text, status)) violations.push(`GET ${path}: the ${status} is no problem document.`);
      if (status === 404 && !denied && want !== null && before === [truth.version, weatherVersion()].join())
        violations.push(`GET ${path}: a 404 for a task that is there.`);
    } else if (want !== null && before === [truth.version, weatherVersion()].join()) {
      compared += 1;
      if (!want(JSON.parse(text))) violations.push(`GET ${path} is not what is there: ${text.slice(0, 300)}`);
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
    start() {
      const off = new AbortController();
      const asking = (async () => {
        while (!off.signal.aborted) {
          try {
            await ask(drawQuestion(random, truth));
          } catch (error) {
            violations.push(`A question got no answer: ${String(error)}`);
          }
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
  return pickOne<Question>(random, [
    { path: '/tasks?status=stopped&pageSize=100', want: holdsAll(truth, STOPPED_STATUSES) },
    { path: `/tasks?status=${status}&sort=id&pageSize=100`, want: holdsAll(truth, [status]) },
    {
      path: '/tasks?status=stopped,EXCUTING&fields=id,status&pageSize=100',
      want: holdsAll(truth, [...STOPPED_STATUSES, 'EXCUTING']),
    },
    { path: `/tasks?page=${page}&pageSize=10`, want: null },
    { path: `/tasks?sort=-taskName&page=${page}`, want: null },
    { path: `/tasks/${task}`, want: isTask(truth, task) },
    { path: `/tasks/${task.slice(0, 6)}000`, want: null },
    {
      path: `/tasks?${pickOne(random, ['pageSize=0', 'sort=__proto__', 'status=%00', 'a=%E5%', 'createdOn=2024-02-30'])}`,
      want: null,
    },
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
