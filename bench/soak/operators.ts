/** Operators who take stops, mute them and give them back over HTTP, between the rounds. */
import * as v from 'valibot';
import { beijingIso } from '../../shared/beijing-time';
import { STOPPED_STATUSES } from '../../shared/robot-task';
import { pickOne, type Random } from '../../local/simulator/world/random';
import { holdersIn } from '../oracle/holders';
import { nameOf, nameSaid } from './receiver';
import type { Truth } from './truth';
import type { World } from './world';

export interface Operators {
  /** How many acts were taken. */
  readonly acts: number;
  /** Answers that nobody should get, as sentences. */
  readonly violations: readonly string[];
  /** One act of each operator, at the same time, drawn from `random`. */
  act(random: Random): Promise<void>;
  /** Of which stops the HTTP function names another holder than the two documents do. */
  differences(): Promise<string[]>;
}

export interface OperatorsOptions {
  /** Of the HTTP function. */
  readonly url: string;
  readonly world: World;
  readonly truth: Truth;
}

/** The state or the record may be out of reach, or others may be faster. */
const FAILURES = [502, 503, 504];
const SECOND_MS = 1000;
const MUTED_MS = 20 * SECOND_MS;
const watchSchema = v.object({
  stopped: v.array(
    v.object({
      id: v.string(),
      acknowledged: v.nullable(v.object({ by: v.string(), at: v.string(), until: v.nullable(v.string()) })),
    }),
  ),
});

export function createOperators({ url, world, truth }: OperatorsOptions): Operators {
  const violations: string[] = [];
  /** By task: messages name an act by its second, so each has one of its own. */
  const actedAt = new Map<string, number>();
  let acts = 0;

  /** Reads the whole answer: one that is left unread keeps its connection. */
  async function call(path: string, method: string, token: string, body: string | null) {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}${path}`, { method, body, headers });
    return { status: response.status, text: await response.text() };
  }

  async function actOf(token: string, random: Random): Promise<void> {
    const [roll, isAnywhere] = [random(), random() < 0.2];
    const stopped = truth.tasks.filter((task) => STOPPED_STATUSES.some((is) => is === truth.status(task)));
    const task = pickOne(random, isAnywhere || stopped.length === 0 ? truth.tasks : stopped);
    const now = Date.now();
    if (now - (actedAt.get(task) ?? 0) < 2 * SECOND_MS) return;
    actedAt.set(task, now);
    const path = `/tasks/${task}/acknowledge`;
    const until = roll < 0.2 ? beijingIso(now + MUTED_MS) : null;
    const [method, body] =
      roll < 0.7 ? (['POST', JSON.stringify({ until })] as const) : (['DELETE', null] as const);
    const { status } = await call(path, method, token, body);
    if (status < 300) acts += 1;
    const fits = method === 'POST' ? [200, 409, ...FAILURES] : [204, ...FAILURES];
    if (!fits.includes(status)) violations.push(`${method} ${path} was answered with ${status}.`);
  }

  return {
    get acts() {
      return acts;
    },
    violations,
    async act(random) {
      await Promise.all(world.operatorTokens.map((token) => actOf(token, random)));
    },
    async differences() {
      const { text } = await call('/watch', 'GET', world.apiToken, null);
      const { stopped } = v.parse(watchSchema, JSON.parse(text));
      const { state } = world;
      const holders = holdersIn(await state.readOperators(), await state.read(), Date.now(), nameOf);
      return stopped.flatMap(({ id, acknowledged: act }) => {
        const said = act === null ? '-' : nameSaid(act);
        const is = holders.get(id)?.name ?? '-';
        return said === is ? [] : [`GET /watch says that ${id} is held by ${said}, and not ${is}.`];
      });
    },
  };
}
