/** A ledger that finds nothing proves nothing: each broken promise must show. */
import { createLedger, type Item, type Round, type Telling } from '../../../bench/soak/ledger';
import { createTruth } from '../../../bench/soak/truth';
import type { WatchState } from '../../../functions/watch-robot-tasks/state';
import { task } from '../../stand-ins/alerts';

const LISTENERS = [
  { id: 'all', statuses: null },
  { id: 'system', statuses: ['SYSTEM_STOP'] },
];
const INTERVAL = 60_000;
const EMPTY: WatchState = { tasks: [], failures: [] };

function open() {
  const truth = createTruth();
  return { truth, ledger: createLedger(LISTENERS, truth, INTERVAL) };
}

const round = (number: number, changes: Partial<Round> = {}): Round => ({
  number,
  startedAt: number * 1000,
  tellings: [],
  stored: EMPTY,
  heard: new Set(),
  isSmooth: false,
  lacksState: false,
  repeatCause: null,
  lostAnswers: new Set(),
  moved: new Set(),
  ...changes,
});

const tell = (kind: Item['kind'], status: string | null, changes: Partial<Telling> = {}): Telling => ({
  channel: 'all',
  at: 0,
  isRecognised: false,
  items: [{ kind, task: '1', status }],
  ...changes,
});

/** The state that says what `all` was told. */
const stored = (status: string): WatchState => ({
  tasks: [
    {
      task: task({ id: '1', status }),
      since: 0,
      unknownPolls: 0,
      told: [{ channel: 'all', status, since: 0, at: 0 }],
    },
  ],
  failures: [],
});

const fired = round(2, {
  tellings: [tell('firing', 'ARREARS_STOP')],
  stored: stored('ARREARS_STOP'),
});

describe('the ledger finds nothing wrong with', () => {
  it('a stop that is told, told again by its time, and told as over', () => {
    const { truth, ledger } = open();
    truth.set('1', 'ARREARS_STOP', 1000);
    ledger.judge({ ...fired, heard: new Set(['all', 'system']), isSmooth: true });
    ledger.judge(
      round(3, { tellings: [tell('repeated', 'ARREARS_STOP', { at: INTERVAL })], stored: fired.stored }),
    );
    truth.set('1', 'EXCUTING', 3500);
    ledger.judge(round(4, { tellings: [tell('resolved', 'EXCUTING')], heard: new Set(['all']) }));
    expect(ledger.violations).toEqual([]);
    expect(ledger.counts.duplicates.size).toBe(0);
    expect(ledger.differences()).toEqual([]);
  });
});

describe('the ledger demands nothing of what the watch cannot know:', () => {
  const lost = round(2, {
    tellings: [tell('firing', 'ARREARS_STOP')],
    lostAnswers: new Set(['all']),
    heard: new Set(['all']),
  });
  const next = round(3, { heard: new Set(['all']), isSmooth: true });

  it('the end of a stop that was told without an answer, and ended before it was told again', () => {
    const { truth, ledger } = open();
    truth.set('1', 'ARREARS_STOP', 1000);
    ledger.judge(lost);
    truth.set('1', 'FINISH', 2500);
    ledger.judge(next);
    expect(ledger.violations).toEqual([]);
    expect(ledger.differences()).toEqual([]);
  });

  it('but the end of one that the state knows to have been told', () => {
    const { truth, ledger } = open();
    truth.set('1', 'ARREARS_STOP', 1000);
    ledger.judge({ ...lost, stored: stored('ARREARS_STOP') });
    truth.set('1', 'FINISH', 2500);
    ledger.judge({ ...next, stored: stored('ARREARS_STOP') });
    expect(ledger.violations).toEqual([expect.stringMatching(/believes ARREARS_STOP of task 1/)]);
  });

  it('when a poll that was killed told the same once more', () => {
    const { truth, ledger } = open();
    truth.set('1', 'ARREARS_STOP', 1000);
    ledger.judge(fired);
    ledger.judge(
      round(3, {
        tellings: [tell('repeated', 'ARREARS_STOP', { at: INTERVAL })],
        stored: fired.stored,
        heard: new Set(['all']),
        isSmooth: true,
      }),
    );
    expect(ledger.violations).toEqual([]);
  });
});

interface Row {
  readonly name: string;
  readonly before: readonly Round[];
  readonly last: Partial<Round>;
  readonly complaint: RegExp;
}

test.each<Row>([
  {
    name: 'a stop that is not told to a channel that works',
    before: [],
    last: { heard: new Set(['all']) },
    complaint: /all works, and believes nothing of task 1, which is in ARREARS_STOP/,
  },
  {
    name: 'a stop told to a channel that does not want it',
    before: [],
    last: {
      heard: new Set(['system']),
      tellings: [tell('firing', 'ARREARS_STOP', { channel: 'system' })],
    },
    complaint: /system works, and believes ARREARS_STOP/,
  },
  {
    name: 'a stop that never was',
    before: [],
    last: { tellings: [tell('firing', 'SYSTEM_STOP')] },
    complaint: /told of a stop that never was/,
  },
  {
    name: 'the end of a stop that goes on',
    before: [fired],
    last: { tellings: [tell('resolved', 'EXCUTING')] },
    complaint: /told of an end that never was/,
  },
  {
    name: 'the end of a stop that was never told',
    before: [],
    last: { tellings: [tell('resolved', 'EXCUTING')] },
    complaint: /the end of a stop that it was never told of/,
  },
  {
    name: 'a task told as gone that is there',
    before: [fired],
    last: { tellings: [tell('resolved', null)] },
    complaint: /gone which is there/,
  },
  {
    name: 'a reminder of nothing',
    before: [],
    last: { tellings: [tell('repeated', 'ARREARS_STOP')] },
    complaint: /reminded of what it was not told/,
  },
  {
    name: 'the same stop twice although it was saved',
    before: [fired],
    last: { tellings: [tell('firing', 'ARREARS_STOP')] },
    complaint: /told twice, without a cause, of 1/,
  },
  {
    name: 'a reminder before its time',
    before: [fired],
    last: { tellings: [tell('repeated', 'ARREARS_STOP', { at: INTERVAL / 2 })] },
    complaint: /told twice, without a cause, of 1/,
  },
  {
    name: 'a saved state that is not what was told',
    before: [fired],
    last: { heard: new Set(['all']), isSmooth: true },
    complaint: /the saved state is not what was told/,
  },
])('the ledger finds $name', ({ before, last, complaint }) => {
  const { truth, ledger } = open();
  truth.set('1', 'ARREARS_STOP', 1000);
  for (const earlier of before) ledger.judge(earlier);
  expect(ledger.violations).toEqual([]);
  ledger.judge(round(3, last));
  expect(ledger.violations).toEqual([expect.stringMatching(complaint)]);
});

test.each<{ name: string; before: Round; last: Partial<Round>; cause: string }>([
  {
    name: 'what was told and not saved',
    before: { ...fired, stored: EMPTY },
    last: {},
    cause: 'what was told had not been saved',
  },
  {
    name: 'a reminder that was not saved',
    before: { ...fired, tellings: [tell('firing', 'ARREARS_STOP', { at: 5000 })] },
    last: {},
    cause: 'what was told had not been saved',
  },
  {
    name: 'a lost answer',
    before: fired,
    last: { lostAnswers: new Set(['all']) },
    cause: 'a lost answer',
  },
  {
    name: 'two polls at once',
    before: fired,
    last: { repeatCause: 'two polls at once' },
    cause: 'two polls at once',
  },
])('the ledger explains a second message by $name', ({ before, last, cause }) => {
  const { truth, ledger } = open();
  truth.set('1', 'ARREARS_STOP', 1000);
  ledger.judge(before);
  ledger.judge(round(3, { tellings: [tell('firing', 'ARREARS_STOP')], ...last }));
  expect(ledger.violations).toEqual([]);
  expect([...ledger.counts.duplicates]).toEqual([[cause, 1]]);
});

test('the ledger finds an end that is told as another one than it was', () => {
  const { truth, ledger } = open();
  truth.set('1', 'ARREARS_STOP', 1000);
  ledger.judge(fired);
  truth.set('1', 'EXCUTING', 2500);
  ledger.judge(round(3, { tellings: [tell('resolved', 'FINISH')] }));
  expect(ledger.violations).toEqual([expect.stringMatching(/told of an end that never was/)]);
});

test('a task is settled once the state says what every channel heard', () => {
  const { truth, ledger } = open();
  truth.set('1', 'ARREARS_STOP', 1000);
  ledger.judge({ ...fired, stored: EMPTY });
  expect(ledger.isSettled('1')).toBe(false);
  ledger.judge(round(3, { stored: stored('ARREARS_STOP') }));
  expect(ledger.isSettled('1')).toBe(true);
});
