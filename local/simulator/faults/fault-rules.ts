/** Remembers what each rule has done, and says which faults befall a call. */
import { parseFaultRules, type Fault, type FaultOf, type ParsedFaultRule } from './faults';
import { createRandom } from '../world/random';

/** What the rules can choose a call by. */
export interface CallTraits {
  readonly action: string;
  /** PageNo; null on a call that is not for a list. */
  readonly page: number | null;
  readonly reusedConnection: boolean;
  readonly oldConnection: boolean;
}

/** How far the lists have moved by now. */
export interface ListMove {
  readonly how: FaultOf<'shift'>['how'];
  readonly by: number;
}

export interface Befallen {
  readonly faults: readonly Fault[];
  readonly moves: readonly ListMove[];
}

export interface FaultRules {
  readonly rules: readonly ParsedFaultRule[];
  /** Which faults befall a call that arrives at `now` (epoch milliseconds). Counts it. */
  befall(call: CallTraits, now: number): Befallen;
  /** Whether a new connection is reset. Counts it. */
  resetsConnection(): boolean;
}

interface RuleState {
  readonly rule: ParsedFaultRule;
  seen: number;
  applied: number;
  /** For quota: when the calls of the last second arrived. */
  arrivals: number[];
}

/** Throws an Error that names each mistake when `rules` are none. The same seed and calls give the same faults. */
export function createFaultRules(rules: unknown, seed: number): FaultRules {
  const random = createRandom(seed);
  const states = parseFaultRules(rules).map((rule): RuleState => ({
    rule,
    seen: 0,
    applied: 0,
    arrivals: [],
  }));

  function applies(state: RuleState): boolean {
    const { skip = 0, times = Infinity, probability } = state.rule.when;
    state.seen += 1;
    if (state.seen <= skip || state.applied >= times) return false;
    if (probability !== undefined && random() >= probability) return false;
    state.applied += 1;
    return true;
  }

  return {
    rules: states.map((state) => state.rule),
    befall(call, now) {
      const moves = states.flatMap(({ rule: { then }, applied }) =>
        then.fault === 'shift' ? [{ how: then.how, by: applied * then.count }] : [],
      );
      const faults = states
        .filter((state) => matches(state.rule, call) && applies(state) && isOverQuota(state, now))
        .map(({ rule: { then } }) => (then.fault === 'quota' ? THROTTLED : then));
      return { faults, moves };
    },
    resetsConnection() {
      return states.filter((state) => isConnectReset(state.rule.then)).filter(applies).length > 0;
    },
  };
}

const THROTTLED: Fault = {
  fault: 'code',
  code: 'Throttling.User',
  httpStatus: 400,
  message: 'Request was denied due to user flow control.',
};

function isConnectReset(fault: Fault): boolean {
  return fault.fault === 'reset' && fault.after === 'connect';
}

function matches({ when, then }: ParsedFaultRule, call: CallTraits): boolean {
  if (isConnectReset(then)) return false;
  if (then.fault === 'shift' && call.page === null) return false;
  return (
    (when.action === undefined || when.action === call.action) &&
    (when.page === undefined || when.page === call.page) &&
    (when.reusedConnection === undefined || when.reusedConnection === call.reusedConnection) &&
    (when.oldConnection === undefined || when.oldConnection === call.oldConnection)
  );
}

/** True of every fault but a quota that still has room. A refused call counts against the quota as well. */
function isOverQuota(state: RuleState, now: number): boolean {
  if (state.rule.then.fault !== 'quota') return true;
  state.arrivals = [...state.arrivals.filter((at) => at > now - 1000), now];
  return state.arrivals.length > state.rule.then.perSecond;
}
