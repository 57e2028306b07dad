/** An oracle that finds nothing proves nothing: each broken promise must show. */
import { createOracle, type Item, type Oracle } from '../../bench/oracle/oracle';
import { holderOf, type Scene, type TrueTask } from '../../bench/oracle/sights';
import type { Means } from '../../bench/oracle/words';
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
  { id: 'second', statuses: null, after: 10 * MINUTE },
];

const item = (kind: Item['kind'], condition: string | null, more: Partial<Item> = {}): Item => {
  return { kind, subject: '1', condition, ...more };
};
const FIRED = item('firing', 'ARREARS_STOP');
const STOPPED: TrueTask = { status: 'ARREARS_STOP' };
const RUNNING: TrueTask = { status: 'EXCUTING' };
const TAKEN = new Map([['1', { name: 'zhang', isSure: true }]]);
const HELD = item('firing', 'zhang', { subject: holderOf('1') });
const RELEASED = item('resolved', null, { subject: holderOf('1') });

interface Poll extends Means, Partial<Pick<Scene, 'brokenLists' | 'balance' | 'isFlaky' | 'holders'>> {
  /** Minutes since the first one. */
  readonly at: number;
  readonly task?: TrueTask;
  readonly told?: readonly Item[];
  readonly to?: string;
  readonly isLate?: true;
  readonly isUnsaved?: true;
  /** Who would have taken a message. */
  readonly reached?: readonly string[];
  /** What it saved, nobody can say. */
  readonly isSavedPerhaps?: true;
  /** The instance is lost afterwards. */
  readonly isLast?: true;
}

function play(polls: readonly Poll[], options = {}): Oracle {
  const oracle = createOracle(RULES, RECEIVERS, options);
  for (const { at, task = STOPPED, told = [], to = 'all', isLate, isUnsaved, ...poll } of polls) {
    const {
      reached = ['all', 'system'],
      isSavedPerhaps,
      isLast,
      hasState = true,
      keepsIntent = true,
      doubt = null,
      ...scene
    } = poll;
    oracle.begin(
      { now: HOUR + at * MINUTE, tasks: new Map([['1', task]]), ...scene },
      { hasState, keepsIntent, doubt },
    );
    if (told.length > 0) oracle.tell(to, told, isLate === true ? 'late' : 'accepted');
    oracle.end(
      isSavedPerhaps === true ? 'maybe' : isUnsaved !== true && isLast !== true,
      isLate === true ? [] : reached,
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
  {
    name: 'a stop that is taken, not reminded of, and reminded of once it is held no longer',
    polls: [
      told,
      { at: 1, told: [HELD], holders: TAKEN },
      { at: 300, holders: TAKEN },
      { at: 301, told: [item('repeated', 'ARREARS_STOP')] },
    ],
  },
  {
    name: 'a stop that is told with who holds it, and given back while the record cannot be read',
    polls: [
      { at: 0, told: [FIRED, HELD], holders: TAKEN },
      { at: 1, holders: null },
      { at: 2, told: [RELEASED] },
    ],
  },
  {
    name: 'an act whose telling got no answer',
    polls: [
      told,
      { at: 1, told: [HELD], holders: TAKEN, isLate: true },
      { at: 2, told: [HELD], holders: TAKEN },
    ],
    because: 'a lost answer',
  },
  {
    name: 'a second line that waits, and hears nothing of what somebody holds',
    polls: [told, { at: 9, told: [HELD], holders: TAKEN }, { at: 11, holders: TAKEN, reached: ['second'] }],
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
  {
    name: 'who holds a stop, told to one who does not know of the stop',
    polls: [{ at: 0, told: [HELD], holders: TAKEN }],
    says: 'who holds what it was not told of',
  },
  {
    name: 'one who does not hold it',
    polls: [told, { at: 1, told: [{ ...HELD, condition: 'li' }], holders: TAKEN }],
    says: 'was told what is not so',
  },
  {
    name: 'who held it when nobody could read that',
    polls: [told, { at: 1, told: [HELD], holders: null }],
    says: 'was told what is not so',
  },
  {
    name: 'an act that is told twice',
    polls: [told, { at: 1, told: [HELD], holders: TAKEN }, { at: 2, told: [HELD], holders: TAKEN }],
    says: 'twice, without a cause',
  },
  { name: 'an act that is not told', polls: [told, { at: 1, holders: TAKEN }], says: 'all does not believe' },
  {
    name: 'an act that is taken back and not told',
    polls: [told, { at: 1, told: [HELD], holders: TAKEN }, { at: 2 }],
    says: 'all does not believe',
  },
  {
    name: 'an end of an act that stands',
    polls: [told, { at: 1, told: [HELD], holders: TAKEN }, { at: 2, told: [RELEASED], holders: TAKEN }],
    says: 'an end that was not seen',
  },
  {
    name: 'a reminder of what somebody holds',
    polls: [
      told,
      { at: 1, told: [HELD], holders: TAKEN },
      { at: 250, told: [item('repeated', 'ARREARS_STOP')], holders: TAKEN },
    ],
    says: 'was reminded of what somebody holds',
  },
  {
    name: 'a second line that is told at once',
    polls: [told, { at: 9, to: 'second', told: [{ ...FIRED, since: HOUR }] }],
    says: 'before its time',
  },
  {
    name: 'a second line that is told of what nobody sees',
    polls: [
      told,
      {
        ...{ at: 11, to: 'second', brokenLists: new Set(['ARREARS_STOP']) },
        told: [{ ...FIRED, since: HOUR }],
      },
    ],
    says: 'before its time',
  },
  {
    name: 'a second line that is told of what somebody holds',
    polls: [told, { at: 11, to: 'second', told: [FIRED, HELD], holders: TAKEN }],
    says: 'of what somebody holds',
  },
  {
    name: 'a second line that is not told in time',
    polls: [told, { at: 10, reached: ['second'] }],
    says: 'second does not believe what is so',
  },
  {
    name: 'a stop that came back and was told, whose end nobody tells although the state knows of the stop',
    polls: [
      told,
      {
        ...{ at: 1, task: RUNNING, keepsIntent: false, isUnsaved: true },
        told: [item('resolved', 'EXCUTING')],
      },
      { ...told, at: 2, keepsIntent: false, isLast: true },
      { at: 3, task: RUNNING },
    ],
    says: 'all does not believe',
  },
  {
    name: 'the same where the state knows that the end was being sent',
    polls: [
      told,
      { ...{ at: 1, task: RUNNING, isUnsaved: true }, told: [item('resolved', 'EXCUTING')] },
      { ...told, at: 2, keepsIntent: false, isLast: true },
      { at: 3, task: RUNNING },
    ],
    says: 'all does not believe',
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

test('With real times, the end of a stop that came back is asked of nobody, if the end before it may have been saved alone', () => {
  const polls = (how: Partial<Poll>): Poll[] => [
    told,
    { ...how, at: 1, task: RUNNING, isFlaky: true, told: [item('resolved', 'EXCUTING')] },
    { ...told, at: 2, keepsIntent: false, isLast: true },
    { at: 3, task: RUNNING },
  ];
  const ofEnd = ({ violations }: Oracle) => violations.filter((text) => text.startsWith('Poll 4'));
  const perhaps = play(polls({ isSavedPerhaps: true }), { slack: 1 });
  expect([ofEnd(perhaps), perhaps.counts.unknown]).toEqual([[], 1]);
  const unsaved = play(polls({ keepsIntent: false, isUnsaved: true }), { slack: 1 });
  expect([ofEnd(unsaved).length, unsaved.counts.unknown]).toEqual([1, 0]);
});

test('What follows one that is not certain is not certain either, while that may be on its way', () => {
  const RAN = item('resolved', 'EXCUTING');
  const polls: Poll[] = [
    { ...told, doubt: 'two polls at once' },
    { at: 1, task: RUNNING, told: [RAN] },
    { at: 2, task: RUNNING, told: [RAN] },
  ];
  expect(play(polls, { slack: 1, overlap: 2 * MINUTE }).violations).toEqual([]);
  expect(play(polls, { slack: 1, overlap: MINUTE }).violations).not.toEqual([]);
});
