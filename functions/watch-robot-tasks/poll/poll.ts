import type { Clock } from '../../../shared/runtime/clock';
import type { Logger } from '../../../shared/runtime/log';
import type { RobotTasks } from '../../../shared/robot-task';
import type { Text } from '../../../shared/text';
import type { Channel } from '../channels/channel';
import type { BalanceAnswer } from '../../../shared/sources/bss/balance';
import { isBalanceDue } from '../rules/balance';
import { listedStatuses } from '../rules/conditions';
import { decide } from '../rules/decide';
import { unheardChannels } from '../rules/failures';
import type { Policy } from '../rules/policy';
import { record } from '../rules/told';
import { deliver } from './deliver';
import type { CycleResult, Heartbeat } from '../heartbeat';
import { inspect, type Inspection } from './inspect';
import type { Keeper, SaveOutcome } from './keeper';
import { readOperators, type ReadRecord } from './operators';
import { canBeginAgain, phaseDeadline, type Phase, type TimeFrame } from './phases';
import { summarize, type Summary } from './summary';

/** All that a poll works with. */
export interface Watch {
  readonly robotTasks: RobotTasks;
  /** Asks for the account's balance by a deadline (epoch milliseconds); does not reject. Null when nobody looks at it. */
  readonly askBalance: ((deadline: number) => Promise<BalanceAnswer>) | null;
  readonly keeper: Keeper;
  /** Null where there is no operators' record: no state is shared. */
  readonly readRecord: ReadRecord | null;
  /**
   * The receivers, one for each of the policy's channels; asked for when there is something to send. Rejects where the code
   * that sends cannot be loaded: then the poll fails before anything is noted as told, and the next one begins anew.
   */
  readonly openChannels: () => Promise<readonly Channel[]>;
  readonly policy: Policy;
  /** Null when nobody listens. */
  readonly heartbeat: Heartbeat | null;
  readonly clock: Clock;
  readonly log: Logger;
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
 * Resolves within the time frame. Whatever fails but `openChannels`, what is known is told and kept; the report names it.
 */
export async function poll(watch: Watch, time: TimeFrame): Promise<PollReport> {
  try {
    let report = await cycle(watch, time);
    // Where another poll saved before this one could send, how things stand after that decides.
    if (report === null && canBeginAgain(time, watch.clock.now())) report = await cycle(watch, time);
    return report ?? SUPERSEDED;
  } catch (error) {
    await beat(watch, time, 'failed');
    throw error;
  }
}

/** The poll that saved first is the one that reports. */
const SUPERSEDED: PollReport = {
  summary: { polled: 0, stopped: 0, fired: 0, repeated: 0, resolved: 0, delivered: {}, failed: {} },
  state: 'conflict',
  problems: [],
};

/** Null when another poll saved first: then nothing was sent. */
async function cycle(watch: Watch, time: TimeFrame): Promise<PollReport | null> {
  const { clock, policy, keeper } = watch;
  const until = (phase: Phase) => phaseDeadline(phase, time, clock.now());
  const { state: before, ...loaded } = await keeper.load(until('load'), time.timeoutMs);
  const asks = loaded.foreign === null && isBalanceDue(before.balance, policy, clock.now());
  const [{ tasksSeen, listProblem }, balance, operators] = await Promise.all([
    loaded.foreign === null
      ? inspect(before, until('observe'), { ...watch, statuses: listedStatuses(policy) })
      : NOTHING_SEEN,
    asks && watch.askBalance !== null ? watch.askBalance(until('observe')) : null,
    readOperators(before, watch.readRecord, until('record'), watch.log),
  ]);

  const now = clock.now();
  const observation = {
    ...{ ...tasksSeen, ...loaded, startedAt: time.startedAt },
    ...{ listProblem, balance, operators },
  };
  const decision = decide(before, observation, now, policy);
  let { alerts } = decision;
  const channels = alerts.length === 0 ? [] : await watch.openChannels();
  if (alerts.some(({ tellings }) => tellings.length > 0)) {
    const intent = record(decision.state, alerts, new Map());
    const outcome = await keeper.saveIntent(intent, now, until('intent'));
    if (outcome === 'conflict') return null;
    if (outcome === 'unreachable') {
      // What is sent and cannot be kept may be sent again.
      alerts = alerts.map((outgoing) => {
        const { duplicatesPossible } = outgoing.message;
        const message = { ...outgoing.message, duplicatesPossible: duplicatesPossible || outcome };
        return { ...outgoing, message };
      });
    }
  }
  const deliveries = await deliver(channels, alerts, until('deliver'), watch);

  const saved = await keeper.save(record(decision.state, alerts, deliveries), now, until('save'));
  const problems = [listProblem, saved.problem ?? loaded.storeProblem].filter((text) => text !== null);
  const isUnheard = unheardChannels(saved.state, now).length > 0;
  // A complete poll, too, can need a person to look.
  const isWell = problems.length === 0 && !isUnheard && loaded.loss === false;
  const summary = summarize(tasksSeen.lists.size, decision, deliveries);
  await beat(watch, time, isWell ? 'completed' : 'failed');
  return { summary, state: saved.outcome, problems };
}

/** Where the state is another's. */
const NOTHING_SEEN: Inspection = { tasksSeen: { lists: new Map(), details: new Map() }, listProblem: null };

async function beat({ heartbeat, clock, log }: Watch, time: TimeFrame, result: CycleResult): Promise<void> {
  try {
    await heartbeat?.(result, phaseDeadline('heartbeat', time, clock.now()));
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'the heartbeat was not received');
  }
}
