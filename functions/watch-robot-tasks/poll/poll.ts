import type { Clock } from '../../../shared/runtime/clock';
import type { Logger } from '../../../shared/runtime/log';
import type { RobotTasks } from '../../../shared/robot-task';
import type { WatchState } from '../../../shared/state/state';
import type { LoadedState, StateStore } from '../../../shared/state/stores/store';
import type { Text } from '../../../shared/text';
import type { Channel } from '../channels/channel';
import type { BalanceAnswer } from '../../../shared/sources/bss/balance';
import { isBalanceDue } from '../rules/balance';
import { decide, type Decision } from '../rules/decide';
import { unheardChannels } from '../rules/failures';
import type { Alert } from '../rules/message';
import type { Policy } from '../rules/policy';
import { listedStatuses } from '../rules/conditions';
import { deliver } from './deliver';
import type { Heartbeat } from './heartbeat';
import { inspect } from './inspect';
import { loadState, saveIntent, saveState, type Saved, type SaveOutcome } from './keep-state';
import { recall, type InstanceMemory } from './memory';
import { canBeginAgain, phaseDeadline, type Phase, type TimeFrame } from './phases';
import { summarize, type Summary } from './summary';

/** All that a poll works with. */
export interface Watch {
  readonly robotTasks: RobotTasks;
  /** Asks for the account's balance by a deadline (epoch milliseconds); does not reject. Null when nobody looks at it. */
  readonly askBalance: ((deadline: number) => Promise<BalanceAnswer>) | null;
  readonly store: StateStore;
  /** The receivers, one for each of the policy's channels. */
  readonly channels: readonly Channel[];
  readonly policy: Policy;
  /** Null when nobody listens. */
  readonly heartbeat: Heartbeat | null;
  readonly memory: InstanceMemory;
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes an id that no message has had. */
  readonly newId: () => string;
}

export interface PollReport {
  readonly summary: Summary;
  readonly state: SaveOutcome;
  /** What makes this a failed cycle, for people, without any secret. Empty when it was completed. */
  readonly problems: readonly Text[];
}

/** Ends the invocation after a failed cycle. What is known was told and kept nevertheless. */
export class PollError extends Error {
  override readonly name = 'PollError';

  constructor(problems: readonly Text[]) {
    super(`The poll is incomplete. ${problems.map(({ en }) => en).join(' ')}`);
  }
}

/**
 * One poll: load state → list each watched status → decide → save what will be sent → deliver → save state → heartbeat.
 * Resolves within the time frame. Whatever fails on the way, what is known is still told and kept; the report names it.
 */
export async function poll(watch: Watch, time: TimeFrame): Promise<PollReport> {
  const until: Until = (phase) => phaseDeadline(phase, time, watch.clock.now());
  try {
    const cycled = await cycleTwice(watch, time, until);
    // The poll that saved first is the one that reports.
    if (cycled === null) return SUPERSEDED;
    await beat(watch, cycled.outcome, until('heartbeat'));
    return cycled.report;
  } catch (error) {
    await beat(watch, 'failed', until('heartbeat'));
    throw error;
  }
}

type Until = (phase: Phase) => number;
type Outcome = Parameters<Heartbeat>[0];

interface Cycle {
  readonly outcome: Outcome;
  readonly report: PollReport;
}

/** It is up to the poll that saved first. */
const SUPERSEDED: PollReport = {
  summary: { polled: 0, stopped: 0, fired: 0, repeated: 0, resolved: 0, delivered: {}, failed: {} },
  state: 'conflict',
  problems: [],
};

/** Where another poll saved before this one could send, how things stand after that decides. */
async function cycleTwice(watch: Watch, time: TimeFrame, until: Until): Promise<Cycle | null> {
  const first = await cycle(watch, time, until);
  if (first !== null || !canBeginAgain(time, watch.clock.now())) return first;
  return cycle(watch, time, until);
}

/** Null when another poll saved first: then nothing was sent. */
async function cycle(watch: Watch, time: TimeFrame, until: Until): Promise<Cycle | null> {
  const { clock, policy, memory, robotTasks } = watch;
  const loaded = await loadState(watch, until('load'));
  const before = recall(memory, loaded.document, robotTasks.source, clock.now());
  const isDue = isBalanceDue(before.balance, policy, clock.now());
  const [{ observation, listProblem }, balance] = await Promise.all([
    inspect(before.tasks, until('observe'), { ...watch, statuses: listedStatuses(policy) }),
    isDue && watch.askBalance !== null ? watch.askBalance(until('observe')) : null,
  ]);

  const now = clock.now();
  const { startedAt } = time;
  const course = {
    ...{ now, startedAt, listProblem, balance, newId: watch.newId },
    ...{ storeProblem: loaded.problem, duplicatesPossible: loaded.loss },
  };
  const decision = decide(before, observation, course, policy);
  const intent = await keepIntent(watch, decision, loaded.document, now, until('intent'));
  if (intent?.outcome === 'conflict') return null;
  const isKept = intent === null || intent.outcome === 'saved';
  const alerts = isKept ? decision.alerts : withDuplicates(decision.alerts);
  const deliveries = await deliver(watch.channels, alerts, until('deliver'), watch);

  const next = decision.next(deliveries);
  const saved = await keepState(watch, next, intent?.document ?? loaded.document, now, until('save'));
  const storeProblem = saved.problem ?? loaded.problem;
  const problems = [listProblem, storeProblem].filter((problem) => problem !== null);
  const summary = summarize(observation.lists.size, decision, deliveries);
  const isUnheard = unheardChannels(memory.state.failures, now).length > 0;
  // A complete poll, too, can need a person to look.
  const isWell = problems.length === 0 && !isUnheard && loaded.loss === false;
  return {
    outcome: isWell ? 'completed' : 'failed',
    report: { summary, state: saved.outcome, problems },
  };
}

/** Null when there is nothing to keep, or nowhere to keep it. */
async function keepIntent(
  watch: Watch,
  decision: Decision,
  document: LoadedState | null,
  now: number,
  deadline: number,
): Promise<Saved | null> {
  if (document === null) return null;
  const intent = decision.intent();
  return intent === null ? null : saveIntent(watch, intent, document, now, deadline);
}

async function keepState(
  watch: Watch,
  next: WatchState,
  document: LoadedState | null,
  now: number,
  deadline: number,
): Promise<Saved> {
  if (document !== null) return saveState(watch, next, document, now, deadline);
  Object.assign(watch.memory, { state: next, at: now });
  return { outcome: 'unreachable', problem: null, document: null };
}

/** What is sent and cannot be kept may be sent again. */
function withDuplicates(alerts: ReadonlyMap<string, Alert>): Map<string, Alert> {
  return new Map(
    [...alerts].map(([channel, alert]) => [
      channel,
      { ...alert, duplicatesPossible: alert.duplicatesPossible || 'unreachable' },
    ]),
  );
}

async function beat(
  { heartbeat, log }: Watch,
  outcome: 'completed' | 'failed',
  deadline: number,
): Promise<void> {
  try {
    await heartbeat?.(outcome, deadline);
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'the heartbeat was not received');
  }
}
