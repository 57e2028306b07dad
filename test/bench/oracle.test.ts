/** An oracle that finds nothing proves nothing: each broken promise must show. */
import { createOracle, type Item, type Means, type Oracle } from '../../bench/oracle/oracle';
import type { Scene, TrueTask } from '../../bench/oracle/sights';
import { HOUR, MINUTE } from '../stand-ins/watch';

const RULES = {
  statuses: ['ARREARS_STOP', 'SYSTEM_STOP'],
  stalledAfter: 30 * MINUTE,
  pending: new Map([['SYSTEM_STOP', 2 * MINUTE]]),
  repeatIntervals: [4 * HOUR],
  createdWithin: 24 * HOUR,
  balanceBelow: 100,
};
const RECEIVERS = [
  { id: 'all', statuses: null },
  { id: 'system', statuses: ['SYSTEM_STOP'] },
  { id: 'asleep', statuses: null, isOpen: () => false },
];
const EVERYBODY = RECEIVERS.map(({ id }) => id);

const item = (kind: Item['kind'], condition: string | null, more: Partial<Item> = {}): Item => {
  return { kind, subject: '1', condition, ...more };
};
const FIRED = item('firing', 'ARREARS_STOP');
const STOPPED: TrueTask = { status: 'ARREARS_STOP' };
const RUNNING: TrueTask = { status: 'EXCUTING' };

interface Poll extends Means, Partial<Pick<Scene, 'brokenLists' | 'balance' | 'isFlaky'>> {
  /** Minutes since the first one. */
  readonly at: number;
  readonly task?: TrueTask;
  readonly told?: readonly Item[];
  readonly to?: string;
  readonly isLate?: true;
  readonly isUnsaved?: true;
  /** The instance is lost afterwards. */
  readonly isLast?: true;
}

function play(polls: readonly Poll[], options = {}): Oracle {
  const oracle = createOracle(RULES, RECEIVERS, options);
  for (const { at, task = STOPPED, told = [], to = 'all', isLate, isUnsaved, isLast, ...how } of polls) {
    const { hasState = true, keepsIntent = true, doubt = null, ...scene } = how;
    oracle.begin(
      { now: HOUR + at * MINUTE, tasks: new Map([['1', task]]), ...scene },
      { hasState, keepsIntent, doubt },
    );
    if (told.length > 0) oracle.tell(to, told, isLate === true ? 'late' : 'accepted');
    oracle.end(
      isUnsaved !== true && isLast !== true,
      isLate === true ? [] : EVERYBODY.filter((id) => id !== 'asleep'),
    );
    if (isLast === true) oracle.lose();
  }
  return oracle;
}

const told = { at: 0, told: [FIRED] };

test.each<{ name: string; polls: readonly Poll[]; because?: string }>([
  {
    name: 'a stop that is told, told again by its time, and told as over',
    polls: [
      told,
      { at: 60 },
      { at: 240, told: [item('repeated', 'ARREARS_STOP')] },
      { at: 241, task: RUNNING, told: [item('resolved', 'EXCUTING', { previous: 'ARREARS_STOP' })] },
    ],
  },
  {
    name: 'a stop that could not be seen',
    polls: [{ at: 0, brokenLists: new Set(['ARREARS_STOP']) }],
  },
  {
    name: 'a second message after a lost answer',
    polls: [
      { ...told, isLate: true },
      { ...told, at: 1 },
    ],
    because: 'a lost answer',
  },
  {
    name: 'a second message of an instance that could load nothing',
    polls: [
      { ...told, isLast: true },
      { ...told, at: 1, hasState: false, keepsIntent: false },
    ],
    because: 'a process that died before it saved',
  },
  {
    name: 'a second message of two polls at once',
    polls: [told, { ...told, at: 1, doubt: 'two polls at once' }],
    because: 'two polls at once',
  },
  {
    name: 'a believed stop of which nobody is left to know that it was told',
    polls: [
      { ...told, keepsIntent: false, isLast: true },
      { at: 1, task: RUNNING },
    ],
  },
])('The oracle finds nothing wrong with $name', ({ polls, because }) => {
  const { violations, counts } = play(polls);
  expect(violations).toEqual([]);
  expect([...counts.duplicates.keys()]).toEqual(because === undefined ? [] : [because]);
});

test.each<{ name: string; polls: readonly Poll[]; says: string }>([
  { name: 'a stop that is not told', polls: [{ at: 0 }], says: 'all does not believe what is so' },
  { name: 'an end that is not told', polls: [told, { at: 1, task: RUNNING }], says: 'all does not believe' },
  {
    name: 'a task that is gone and not told',
    polls: [told, ...[1, 2, 3].map((at) => ({ at, task: { status: null } }))],
    says: 'all does not believe',
  },
  { name: 'a stop that is told twice', polls: [told, { ...told, at: 1 }], says: 'twice, without a cause' },
  { name: 'a stop that never was', polls: [{ ...told, task: RUNNING }], says: 'was told what is not so' },
  {
    name: 'a stop before its pending time',
    polls: [
      { at: 0, task: { status: 'SYSTEM_STOP' }, told: [item('firing', 'SYSTEM_STOP', { since: HOUR })] },
    ],
    says: 'was told what is not so',
  },
  {
    name: 'another begin than it was',
    polls: [{ at: 0, told: [{ ...FIRED, since: HOUR - MINUTE }] }],
    says: 'was told what is not so',
  },
  {
    name: 'another condition before',
    polls: [{ at: 0, told: [{ ...FIRED, previous: 'SYSTEM_STOP' }] }],
    says: 'another condition before',
  },
  {
    name: 'a message to one that does not want it',
    polls: [{ ...told, to: 'system' }],
    says: 'does not want to hear',
  },
  { name: 'a message to one that sleeps', polls: [{ ...told, to: 'asleep' }], says: 'while it sleeps' },
  {
    name: 'a task that was too old',
    polls: [{ ...told, task: { ...STOPPED, createdAt: -24 * HOUR } }],
    says: 'too old',
  },
  {
    name: 'a reminder that is early',
    polls: [told, { at: 60, told: [item('repeated', 'ARREARS_STOP')] }],
    says: 'twice, without a cause',
  },
  { name: 'a reminder that is missing', polls: [told, { at: 240 }], says: 'was not reminded' },
  {
    name: 'a reminder of what was not told',
    polls: [{ at: 0, told: [item('repeated', 'ARREARS_STOP')] }],
    says: 'was reminded of what it was not told',
  },
  {
    name: 'the end of what was not told',
    polls: [{ at: 0, task: RUNNING, told: [item('resolved', 'EXCUTING')] }],
    says: 'of what it was never told of',
  },
  {
    name: 'an end that was not seen',
    polls: [told, { at: 1, told: [item('resolved', 'FINISH')] }],
    says: 'an end that was not seen',
  },
  {
    name: 'a task told as gone after two polls',
    polls: [
      told,
      { at: 1, task: { status: null } },
      { at: 2, task: { status: null }, told: [item('resolved', null)] },
    ],
    says: 'not thrice in a row',
  },
  { name: 'a low balance that is not told', polls: [{ ...told, balance: 99 }], says: 'all does not believe' },
])('The oracle finds $name', ({ polls, says }) => {
  expect(play(polls).violations).toContainEqual(expect.stringContaining(says));
});

test('With real times, what a poll could have told again and did not is sure, and nobody asks what a flaky poll has read', () => {
  const lost = { ...told, isLate: true as const };
  expect(play([lost, { at: 1 }, { ...told, at: 2 }], { slack: 1 }).violations).toHaveLength(1);
  expect(play([{ at: 0, isFlaky: true }], { slack: 1 }).violations).toEqual([]);
  expect(play([{ at: 0 }], { slack: 1 }).differences()).toEqual(['all: 1 - instead of ARREARS_STOP']);
});
