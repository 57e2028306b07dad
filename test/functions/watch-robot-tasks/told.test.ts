import fc from 'fast-check';
import { replay } from '../../../functions/watch-robot-tasks/replay';
import { appendTellings, tell, type Telling } from '../../../functions/watch-robot-tasks/told';
import type { WatchState } from '../../../functions/watch-robot-tasks/state';
import { alert, NOW, resolved, stopped, task } from '../../stand-ins/alerts';

/** A state in which `ops` was told of the task `minutes` after NOW. */
function toldAt(minutes: number): WatchState {
  const told = [{ channel: 'ops', status: 'ARREARS_STOP', since: NOW, at: NOW + minutes * 60_000 }];
  return { tasks: [{ task: task(), since: NOW, unknownPolls: 0, told }], failures: [] };
}

/** Nobody saved anything before the replayed alerts. */
const NONE: WatchState = { tasks: [], failures: [], savedAt: NOW - 1 };

test('telling changes what the channel was told, and nothing of the other channels', () => {
  const state = tell(toldAt(-5), [{ channel: 'dev', alert: alert({ firing: [stopped()] }) }]);
  expect(state.tasks[0]?.told).toMatchObject([{ channel: 'ops' }, { channel: 'dev', at: NOW }]);
  const end = tell(state, [{ channel: 'ops', alert: alert({ resolved: [resolved('FINISH')] }) }]);
  expect(end.tasks[0]?.told).toMatchObject([{ channel: 'dev' }]);
});

const LATER = NOW + 60 * 60_000;

test.each([
  { name: 'an earlier telling does not undo a later one', minutes: 5, at: [NOW + 5 * 60_000], left: 1 },
  { name: 'a later telling replaces an earlier one', minutes: -5, at: [NOW], left: 0 },
])('long after, $name', ({ minutes, at, left }) => {
  const reminded = replay(
    toldAt(minutes),
    [{ channel: 'ops', alert: alert({ repeated: [stopped()] }) }],
    LATER,
  );
  expect(reminded.tasks[0]?.told.map((told) => told.at)).toEqual(at);
  const ended = replay(
    toldAt(minutes),
    [{ channel: 'ops', alert: alert({ resolved: [resolved('FINISH')] }) }],
    LATER,
  );
  expect(ended.tasks[0]?.told).toHaveLength(left);
});

test('long after, a stop that the state does not know is known again, so that its end can be told', () => {
  const { since } = stopped();
  expect(replay(NONE, [{ channel: 'ops', alert: alert({ firing: [stopped()] }) }], LATER).tasks).toEqual([
    {
      task: task(),
      since,
      unknownPolls: 0,
      told: [{ channel: 'ops', status: 'ARREARS_STOP', since, at: NOW }],
    },
  ]);
});

test('long after, a task that the state had half given up was seen in between', () => {
  const [before] = toldAt(-5).tasks;
  if (before === undefined) throw new Error('There is a task.');
  const state = { tasks: [{ ...before, unknownPolls: 2 }], failures: [], savedAt: NOW - 1 };
  const seen = replay(state, [{ channel: 'ops', alert: alert({ repeated: [stopped()] }) }], LATER);
  expect(seen.tasks[0]?.unknownPolls).toBe(0);
});

test('long after, who was told of a failure is known again, so that its end can be told', () => {
  const notices = [
    { subject: 'poll', channel: null, state: 'failing', since: NOW, reason: 'It fails.' },
  ] as const;
  const state = replay(NONE, [{ channel: 'ops', alert: alert({ notices }) }], LATER);
  expect(state.failures).toMatchObject([{ subject: 'poll', polls: 0, told: ['ops'] }]);
});

describe('a telling that is older than the state', () => {
  const since = stopped().since;
  const told = { channel: 'ops', status: 'ARREARS_STOP', since, at: NOW };
  const firing = [{ channel: 'ops', alert: alert({ firing: [stopped()] }) }];
  const follows = (fields: object): WatchState['tasks'][number] => {
    return { task: task(), since, unknownPolls: 0, told: [{ ...told, channel: 'dev' }], ...fields };
  };

  test.each([
    { name: 'knows nothing of the task', known: [], savedAt: NOW + 1 },
    { name: 'was saved in the same millisecond', known: [], savedAt: NOW },
    { name: 'does not say when it was saved', known: [], savedAt: undefined },
    {
      name: 'saw it in another status',
      known: [follows({ task: task({ status: 'EXCUTING' }) })],
      savedAt: LATER,
    },
    { name: 'follows a later stop', known: [follows({ since: NOW + 1 })], savedAt: LATER },
  ])('is doubtful when that $name', ({ known, savedAt }) => {
    const state = { tasks: known, failures: [], ...(savedAt === undefined ? {} : { savedAt }) };
    const [replayed] = replay(state, firing, LATER).tasks;
    expect(replayed?.told.at(-1)).toEqual({ ...told, doubtful: true });
    expect({ ...replayed, told: [] }).toEqual({ ...(known[0] ?? follows({ since: LATER })), told: [] });
  });

  test.each([
    { name: 'follows the same stop', known: follows({}), replayed: [{ ...told, channel: 'dev' }, told] },
    { name: 'knows an earlier one', known: follows({ told: [{ ...told, at: NOW - 1 }] }), replayed: [told] },
  ])('counts when that $name', ({ known, replayed }) => {
    const state = { tasks: [known], failures: [], savedAt: LATER };
    expect(replay(state, firing, LATER).tasks).toEqual([{ ...known, told: replayed }]);
  });

  test('of an end that nobody knows the beginning of leaves no task', () => {
    const dev = { channel: 'dev', alert: alert({ firing: [stopped()] }) };
    const end = { channel: 'dev', alert: alert({ now: NOW + 1, resolved: [resolved('FINISH')] }) };
    expect(replay({ ...NONE, savedAt: LATER }, [dev, end], LATER).tasks).toEqual([]);
  });
});

test('long after, who told the end to one channel has seen it for the others', () => {
  const both = ['ops', 'dev'].map((channel) => ({ channel, alert: alert({ firing: [stopped()] }) }));
  const end = { channel: 'dev', alert: alert({ now: NOW + 1, resolved: [resolved('FINISH')] }) };
  expect(replay(NONE, [...both, end], LATER).tasks).toMatchObject([
    { task: { status: 'FINISH' }, since: NOW + 1, told: [{ channel: 'ops' }] },
  ]);
});

describe('what is kept of the tellings', () => {
  test('is each channel’s last word about each task and each failure', () => {
    const notice = {
      subject: 'store',
      channel: null,
      state: 'failing',
      since: NOW,
      reason: 'It fails.',
    } as const;
    const first = alert({ firing: [stopped({ id: '1' }), stopped({ id: '2' })], notices: [notice] });
    const second = alert({ repeated: [stopped({ id: '1' })], resolved: [resolved('FINISH', { id: '2' })] });
    const third = alert({ notices: [{ ...notice, state: 'working', reason: null }] });
    const dev = { channel: 'dev', alert: first };
    const kept = [first, second, third].reduce<Telling[]>(
      (tellings, next) => appendTellings(tellings, [{ channel: 'ops', alert: next }]),
      [dev],
    );
    expect(kept).toEqual([dev, { channel: 'ops', alert: second }, { channel: 'ops', alert: third }]);
  });

  const word = fc.record({
    channel: fc.constantFrom('ops', 'dev'),
    id: fc.constantFrom('1', '2'),
    kind: fc.constantFrom('firing' as const, 'repeated' as const, 'resolved' as const),
    status: fc.constantFrom('ARREARS_STOP', 'SYSTEM_STOP'),
  });
  const wordsOf = ({ tasks }: WatchState) =>
    tasks
      .flatMap(({ task: { id }, told }) => told.map((entry) => JSON.stringify({ id, ...entry })))
      .toSorted();

  test('leaves the same channels told the same in a replay as all of them', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.nat(6), fc.nat(12), (words, saved, savedAt) => {
        const tellings = words.map(({ channel, id, kind, status }, index): Telling => {
          const item = kind === 'resolved' ? resolved('EXCUTING', { id }) : stopped({ id, status });
          return { channel, alert: alert({ now: index, [kind]: [item] }) };
        });
        const state = { ...tell(NONE, tellings.slice(0, saved)), savedAt };
        const kept = tellings.reduce<Telling[]>((all, telling) => appendTellings(all, [telling]), []);
        expect(wordsOf(replay(state, kept, LATER))).toEqual(wordsOf(replay(state, tellings, LATER)));
        expect(kept.length).toBeLessThanOrEqual(4);
      }),
      { numRuns: 1000 },
    );
  });
});
