import type { Clock } from '../../shared/clock';
import type { Logger } from '../../shared/log';
import type { RobotTasks } from '../../shared/robot-task';
import type { Policy } from './alert';
import type { Channel } from './channels/channel';
import { decide } from './decide';
import { deliver } from './deliver';
import { unheardChannels } from './failures';
import type { Heartbeat } from './heartbeat';
import { inspect } from './inspect';
import { recall, type InstanceMemory } from './memory';
import { phaseDeadline, type Phase, type TimeFrame } from './phases';
import { loadState, saveState, type SaveOutcome } from './keep-state';
import type { StateStore } from './stores/store';
import { summarize, type Summary } from './summary';
import { appendTellings } from './told';

/** All that a poll works with. */
export interface Watch {
  readonly robotTasks: RobotTasks;
  readonly store: StateStore;
  /** The receivers, one for each of the policy's channels. */
  readonly channels: readonly Channel[];
  readonly policy: Policy;
  /** Null when nobody listens. */
  readonly heartbeat: Heartbeat | null;
  readonly memory: InstanceMemory;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface PollReport {
  readonly summary: Summary;
  readonly state: SaveOutcome;
  /** What makes this a failed cycle: sentences for people, without any secret. Empty when it was completed. */
  readonly problems: readonly string[];
}

/** Ends the invocation after a failed cycle. What is known was told and kept nevertheless. */
export class PollError extends Error {
  override readonly name = 'PollError';

  constructor(problems: readonly string[]) {
    super(`The poll is incomplete. ${problems.join(' ')}`);
  }
}

/**
 * One poll: load state → list each watched status → decide → deliver → save state → heartbeat. Resolves within the time
 * frame. Whatever fails on the way, what is known is still told and kept; the report names it.
 */
export async function poll(watch: Watch, time: TimeFrame): Promise<PollReport> {
  const until: Until = (phase) => phaseDeadline(phase, time, watch.clock.now());
  try {
    const { outcome, report } = await cycle(watch, until);
    // After a conflict, the poll that saved first is the one that reports.
    const isSuperseded = report.state === 'conflict' && outcome === 'completed';
    if (!isSuperseded) await beat(watch, outcome, until('heartbeat'));
    return report;
  } catch (error) {
    await beat(watch, 'failed', until('heartbeat'));
    throw error;
  }
}

type Until = (phase: Phase) => number;
type Outcome = Parameters<Heartbeat>[0];

async function cycle(watch: Watch, until: Until): Promise<{ outcome: Outcome; report: PollReport }> {
  const { clock, policy, memory } = watch;
  const loaded = await loadState(watch, until('load'));
  const before = recall(memory, loaded.document, clock.now());
  const { observation, listProblem } = await inspect(before.tasks, until('observe'), {
    ...watch,
    statuses: policy.statuses,
  });

  const now = clock.now();
  const conditions = { listProblem, storeProblem: loaded.problem, duplicatesPossible: loaded.loss };
  const decision = decide(before, observation, conditions, now, policy);
  const deliveries = await deliver(watch.channels, decision.alerts, until('deliver'), watch);

  const next = decision.next(deliveries);
  const told = [...decision.alerts].filter(([channel]) => deliveries.get(channel)?.ok === true);
  memory.state = next;
  memory.unsaved = appendTellings(
    memory.unsaved,
    told.map(([channel, alert]) => ({ channel, alert })),
  );
  const saved =
    loaded.document === null
      ? { outcome: 'unreachable' as const, problem: loaded.problem }
      : await saveState(watch, next, loaded.document, now, until('save'));

  const problems = [listProblem, saved.problem].filter((problem) => problem !== null);
  const summary = summarize(observation.lists.size, decision, deliveries);
  const isUnheard = unheardChannels(memory.state.failures).length > 0;
  // A complete poll, too, can need a person to look.
  const isWell = problems.length === 0 && !isUnheard && loaded.loss === false;
  return {
    outcome: isWell ? 'completed' : 'failed',
    report: { summary, state: saved.outcome, problems },
  };
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
