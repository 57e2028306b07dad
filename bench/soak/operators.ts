/** Operators who take stops and give them back over HTTP all the while, and what each webhook heard of who holds what. */
import * as v from 'valibot';
import { pickOne, type Random } from '../../local/simulator/world/random';
import type { Telling } from './receiver';

export interface Operators {
  /** How many acts were taken. */
  readonly acts: number;
  /** Answers that nobody should get, as sentences. */
  readonly violations: readonly string[];
  /** One act, drawn from `random`. */
  act(random: Random, tasks: readonly string[]): Promise<void>;
  /** What webhooks were told. */
  hear(tellings: readonly Telling[]): void;
  /** Who of those that surely know of a stop believes something else than the HTTP function says. */
  differences(): Promise<string[]>;
}

export interface OperatorsOptions {
  /** Of the HTTP function. */
  readonly url: string;
  readonly tokens: readonly string[];
  /** The channels of which every document is known. */
  readonly channels: readonly string[];
}

/** The state or the record may be out of reach, or others may be faster. */
const FAILURES = [502, 503, 504];
const watchSchema = v.object({
  stopped: v.array(
    v.object({
      id: v.string(),
      told: v.array(v.object({ channel: v.string() })),
      acknowledged: v.nullable(v.object({ by: v.string(), at: v.string() })),
    }),
  ),
});

export function createOperators({ url, tokens, channels }: OperatorsOptions): Operators {
  const violations: string[] = [];
  /** By channel and task, who holds it. */
  const heard = new Map<string, string>();
  let acts = 0;

  const call = async (path: string, method: string, token: string, body: string | null) =>
    fetch(`${url}${path}`, { method, body, headers: { authorization: `Bearer ${token}` } });

  return {
    get acts() {
      return acts;
    },
    violations,
    async act(random, tasks) {
      const task = pickOne(random, tasks);
      const token = pickOne(random, tokens);
      const isTaking = random() < 0.7;
      const path = `/tasks/${task}/acknowledge`;
      const [method, body] = isTaking ? (['POST', '{"until":null}'] as const) : (['DELETE', null] as const);
      const { status } = await call(path, method, token, body);
      if (status < 300) acts += 1;
      const fits = isTaking ? [200, 409, ...FAILURES] : [204, ...FAILURES];
      if (!fits.includes(status)) violations.push(`${method} ${path} was answered with ${status}.`);
    },
    hear(tellings) {
      for (const { channel, items, holders } of tellings) {
        for (const { subject } of items) heard.delete(`${channel} ${subject}`);
        for (const { task, holder } of holders) {
          if (holder === null) heard.delete(`${channel} ${task}`);
          else heard.set(`${channel} ${task}`, holder);
        }
      }
    },
    async differences() {
      const response = await call('/watch', 'GET', tokens[0] ?? '', null);
      const { stopped } = v.parse(watchSchema, await response.json());
      return stopped.flatMap(({ id, told, acknowledged }) => {
        const holder = acknowledged === null ? null : `${acknowledged.by} ${acknowledged.at}`;
        return told.flatMap(({ channel }) => {
          if (!channels.includes(channel)) return [];
          const known = heard.get(`${channel} ${id}`) ?? null;
          return known === holder
            ? []
            : [`${channel}: ${id} held by ${known ?? '-'} instead of ${holder ?? '-'}`];
        });
      });
    },
  };
}
