/** Which watch this is: other watches, and its own next instance, know it by that. */
import { createHash } from 'node:crypto';
import type { Owner } from '../../shared/state/state';
import type { Route } from './rules/policy';

/** A watch, as far as it matters whose state it may go on with. */
export interface Identity extends Pick<Owner, 'deployment' | 'endpoint' | 'digest'> {
  /** Ids of another source mean nothing. */
  readonly source: string;
  readonly channels: readonly Route[];
}

/** `name`: `<account>/<region>/<function>`; `endpoint`: the host that the tasks are read from. */
export function identityOf(
  name: string,
  source: string,
  endpoint: string,
  channels: readonly Route[],
): Identity {
  const deployment = name.slice(0, LONGEST_NAME);
  const heard = channels.map((route) => JSON.stringify(DIGESTED.map((key) => route[key] ?? null)));
  const digest = digestOf([accountOf(deployment), source, endpoint, heard.toSorted()]);
  return { deployment, source, endpoint, channels, digest };
}

/** What of a channel decides who is told of what, and when. */
const DIGESTED = ['id', 'type', 'address', 'statuses', 'after', 'hours'] as const;
/** Longer than any: an account, a region and a function's name. */
const LONGEST_NAME = 200;

/** 16 hex digits: enough to tell two apart, and too few to say what they are made of. */
export function digestOf(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

/** Of a deployment's name. */
export function accountOf(deployment: string): string {
  return deployment.split('/')[0] ?? '';
}
