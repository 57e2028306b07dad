/** A ledger that finds nothing proves nothing: each broken promise must show. */
import { createLedger, type Item, type Round, type Telling } from '../../../bench/soak/ledger';
import { createTruth } from '../../../bench/soak/truth';
import { EMPTY_STATE, taskSubject, type WatchState } from '../../../shared/state/state';
import { task } from '../../stand-ins/alerts';

const LISTENERS = [
  { id: 'all', statuses: null },
  { id: 'system', statuses: ['SYSTEM_STOP'] },
];
const INTERVAL = 60_000;
const INTERVALS = { repeat: INTERVAL, stalled: 10 * INTERVAL };
const EMPTY = EMPTY_STATE;

function open() {
  const truth = createTruth();
  return { truth, ledger: createLedger(LISTENERS, truth, INTERVALS) };
}

const round = (number: number, changes: Partial<Round> = {}): Round => ({
  number,
  startedAt: number * 1000,
  tellings: [],
  stored: EMPTY,
  heard: new Set(),
  isSmooth: false,
  lacksState: false,
  isRecorded: true,
  hasDied: false,
  repeatCause: null,
  mayOverlap: false,
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
const stored = (status: string, uncertain?: true): WatchState => ({
  ...EMPTY_STATE,
  tasks: [
    {
      task: task({ id: '1', status }),
      condition: status,
      since: 0,
      begin: 0,
    },
  ],
  told: new Map([
    [
      taskSubject('1'),
      [{ channel: 'all', condition: status, since: 0, at: 0, reminders: 0, sure: uncertain !== true }],
    ],
  ]),
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
    expect(ledger.differences(4000)).toEqual([]);
  });
});

describe('of what a poll told and could save nowhere, the ledger', () => {
  const unsaved = round(2, {
    tellings: [tell('firing', 'ARREARS_STOP')],
    isRecorded: false,
    heard: new Set(['all']),
  });
  const next = round(3, { heard: new Set(['all']), isSmooth: true });

  it('demands no end once the process that told it has died', () => {
    const { truth, ledger } = open();
    truth.set('1', 'ARREARS_STOP', 1000);
    ledger.judge({ ...unsaved, hasDied: true });
    truth.set('1', 'FINISH', 2500);
    ledger.judge(next);
    expect(ledger.violations).toEqual([]);
    expect(ledger.differences(4000)).toEqual([]);
  });

  it('demands the end while the process lives', () => {
    const { truth, ledger } = open();
    truth.set('1', 'ARREARS_STOP', 1000);
    ledger.judge(unsaved);
    truth.set('1', 'FINISH', 2500);
    ledger.judge({ ...next, isSmooth: false });
    expect(ledger.violations).toEqual([expect.stringMatching(/believes ARREARS_STOP of task 1/)]);
  });

  it('demands the end again once the state says what was told', () => {
    const { truth, ledger } = open();
    truth.set('1', 'ARREARS_STOP', 1000);
    ledger.judge({ ...unsaved, hasDied: true });
    ledger.judge({ ...fired, number: 3 });
    truth.set('1', 'FINISH', 3500);
    ledger.judge({ ...next, number: 4, stored: stored('ARREARS_STOP') });
    expect(ledger.violations).toEqual([expect.stringMatching(/believes ARREARS_STOP of task 1/)]);
  });
});

describe('the ledger accepts', () => {
  it('the end of a stop that may have been told: the process died when it was about to', () => {
    const { truth, ledger } = open();
    truth.set('1', 'ARREARS_STOP', 1000);
    ledger.judge(round(2, { stored: stored('ARREARS_STOP', true), hasDied: true }));
    truth.set('1', 'EXCUTING', 2500);
    ledger.judge(round(3, { tellings: [tell('resolved', 'EXCUTING')], heard: new Set(['all']) }));
    expect(ledger.violations).toEqual([]);
  });

  it('that it is told again when its answer was lost, and demands its end all the same', () => {
    const { truth, ledger } = open();
    truth.set('1', 'ARREARS_STOP', 1000);
    const lost = round(2, {
      tellings: [tell('firing', 'ARREARS_STOP')],
      stored: stored('ARREARS_STOP', true),
      lostAnswers: new Set(['all']),
    });
    ledger.judge(lost);
    ledger.judge(round(3, { tellings: lost.tellings, stored: lost.stored, heard: new Set(['all']) }));
    expect(ledger.violations).toEqual([]);
    truth.set('1', 'FINISH', 3500);
    ledger.judge(round(4, { stored: lost.stored, heard: new Set(['all']) }));
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
