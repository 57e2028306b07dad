import fc from 'fast-check';
import { anyCharacter } from '../../stand-ins/any-character';
import { operatorsKind } from '../../../shared/operators/document';
import {
  bounded,
  endOf,
  holdersAt,
  MOST_ENTRIES,
  starterOf,
  type Acknowledgement,
  type OperatorsRecord,
  type Stop,
} from '../../../shared/operators/record';
import { acknowledged, recordOf, RECORD, started } from './sample-record';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 29, 12);
const stop: Stop = { id: '1', condition: 'ARREARS_STOP', since: NOW - HOUR };

describe('an acknowledgement', () => {
  const held = acknowledged({ ...stop, at: NOW });
  it.each<{ name: string; held: Acknowledgement; at: number; holds: boolean }>([
    { name: 'taken, at once', held, at: NOW, holds: true },
    { name: 'taken, for a day', held, at: NOW + DAY - 1, holds: true },
    { name: 'taken, no longer', held, at: NOW + DAY, holds: false },
    {
      name: 'muted, until then',
      held: { ...held, until: NOW + 3 * DAY },
      at: NOW + 3 * DAY - 1,
      holds: true,
    },
    {
      name: 'muted, and then no more',
      held: { ...held, until: NOW + 3 * DAY },
      at: NOW + 3 * DAY,
      holds: false,
    },
    { name: 'of the stop before', held: { ...held, since: stop.since - 1 }, at: NOW, holds: false },
    { name: 'of another condition', held: { ...held, condition: 'SYSTEM_STOP' }, at: NOW, holds: false },
    { name: 'of another task', held: { ...held, id: '2' }, at: NOW, holds: false },
  ])('that is $name holds the stop: $holds', ({ held: entry, at, holds }) => {
    const record = { ...recordOf(), acknowledged: [acknowledged({ id: '3' }), entry] };
    expect(holdersAt(record, at)(stop)).toEqual(holds ? entry : null);
  });
});

describe('the start that ended a stop', () => {
  const ended = { id: '1', since: NOW - HOUR, until: NOW };
  const at = (...times: number[]) =>
    times.map((time, index) => started({ id: '1', by: `by ${index}`, at: time }));
  it.each([
    ['the newest', at(NOW - 300_000, NOW - 60_000, NOW - 200_000), 'by 1'],
    ['one of 10 minutes before', at(NOW - 600_000), 'by 0'],
    ['none of earlier', at(NOW - 600_001), null],
    ['one that came while the poll read its lists', at(NOW + 20_000), 'by 0'],
    ['none of later', at(NOW + 61_000), null],
    ['none of another task', [started({ id: '2', at: NOW - 1000 })], null],
  ])('is %s', (_name, starts, by) => {
    expect(starterOf({ acknowledged: [], started: starts }, ended)?.by ?? null).toBe(by);
  });

  it('is none of the stop before', () => {
    const late = { ...ended, since: NOW - 60_000 };
    expect(starterOf({ acknowledged: [], started: at(NOW - 120_000) }, late)).toBeNull();
  });
});

const id = fc.integer({ min: 1, max: 40 }).map(String);
const times = fc.integer({ min: NOW - 10 * DAY, max: NOW });
const records: fc.Arbitrary<OperatorsRecord> = fc.record({
  acknowledged: fc.uniqueArray(
    fc.record({
      ...{ id, since: times, at: times },
      condition: fc.constantFrom('ARREARS_STOP', 'STALLED'),
      by: fc.string({ unit: anyCharacter, minLength: 1, maxLength: 20 }),
      until: fc.option(times),
    }),
    { selector: (held) => held.id },
  ),
  started: fc.array(fc.record({ id, at: times, by: fc.constantFrom('zhang', '李') }), { maxLength: 300 }),
});

describe('the bounds of the record', () => {
  it('keep whatever stands, and of what is over nothing but the newest 200 of 7 days', () => {
    fc.assert(
      fc.property(records, fc.array(id), (record, standing) => {
        const stops = new Map(
          standing.flatMap((one): [string, Stop][] => {
            const held = record.acknowledged.find((entry) => entry.id === one);
            return [[one, held ?? { id: one, condition: 'ARREARS_STOP', since: NOW - 5 * DAY }]];
          }),
        );
        const kept = bounded(record, stops, NOW);
        for (const held of record.acknowledged)
          if (stops.get(held.id) === held) expect(kept.acknowledged).toContain(held);
        const isOver = ({ id: task, at }: { id: string; at: number }) =>
          (stops.get(task)?.since ?? Infinity) > at;
        const over = kept.started.filter(isOver);
        expect(kept.started.filter((start) => !isOver(start))).toHaveLength(
          record.started.filter((start) => !isOver(start)).length,
        );
        expect(over.length).toBeLessThanOrEqual(200);
        expect(over.every(({ at }) => NOW - at < 7 * DAY)).toBe(true);
        const oldest = Math.min(...over.map(({ at }) => at));
        const dropped = record.started.filter((start) => isOver(start) && !over.includes(start));
        expect(dropped.every(({ at }) => NOW - at >= 7 * DAY || (over.length === 200 && at <= oldest))).toBe(
          true,
        );
        expect(bounded(kept, stops, NOW)).toEqual(kept);
        expect(bounded(record, null, NOW).acknowledged).toHaveLength(record.acknowledged.length);
      }),
    );
  });

  it('are those that loading has: a record of 100,000 acts can be loaded again', () => {
    const acts = Array.from({ length: 50_000 }, (_unused, index) => String(index));
    const record = {
      acknowledged: acts.map((one) => acknowledged({ id: one })),
      started: acts.map((one) => started({ id: one })),
    };
    const kept = bounded(record, null, NOW);
    expect(kept.started).toHaveLength(10_000);
    expect(MOST_ENTRIES).toBe(10_200);
    expect(operatorsKind.decode(Buffer.from(operatorsKind.encode(kept, 'save'))).kind).toBe('ok');
  });
});

describe('the document of the record', () => {
  const decode = (text: string) => operatorsKind.decode(Buffer.from(text));

  it('decodes to what was encoded, one act a line', () => {
    fc.assert(
      fc.property(records, fc.uuid(), (record, saveId) => {
        const text = operatorsKind.encode(record, saveId);
        expect(decode(text)).toEqual({ kind: 'ok', content: record });
        const acts = record.acknowledged.length + record.started.length;
        expect(text.split('\n').filter((line) => line.startsWith('{"id"'))).toHaveLength(acts);
      }),
    );
  });

  it('never throws and says nothing of what it refuses, whatever the bytes', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((json) => Buffer.from(json)),
      fc.json().map((json) => Buffer.from(`{"schemaVersion":1,"acknowledged":${json},"started":[]}`)),
      fc.json().map((json) => Buffer.from(`{"schemaVersion":1,"acknowledged":[],"started":[${json}]}`)),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        expect(['ok', 'corrupt', 'newer']).toContain(operatorsKind.decode(bytes).kind);
      }),
    );
    expect(JSON.stringify(decode('{"schemaVersion":1,"acknowledged":"SECd00d","started":[]}'))).not.toContain(
      'SEC',
    );
  });

  it.each([
    [
      'a task that is held twice',
      { acknowledged: [RECORD.acknowledged[0], RECORD.acknowledged[0]] },
      'acknowledged hold a task twice',
    ],
    ['a name without a letter', { started: [started({ by: '' })] }, 'started.0.by must not be empty'],
    [
      'a name that is a book',
      { started: [started({ by: 'x'.repeat(101) })] },
      'started.0.by must not be so long',
    ],
    ['a time of no calendar', { started: [started({ at: -1 })] }, 'started.0.at must not be negative'],
    [
      'more than the bounds allow',
      { started: Array.from({ length: 10_201 }, () => started({})) },
      'started must not hold so many',
    ],
  ])('is corrupt with %s', (_name, change, reason) => {
    const text = operatorsKind.encode({ ...RECORD, ...(change as Partial<OperatorsRecord>) }, 'save');
    expect(decode(text)).toEqual({ kind: 'corrupt', reason });
  });

  it('holds nothing back where a later one is lost: whoever took a stop may have given it back', () => {
    expect(operatorsKind.doubt(RECORD)).toEqual({ acknowledged: [], started: RECORD.started });
  });
});

it('a mute ends when it says, and what is taken after a day', () => {
  expect(endOf(acknowledged({ at: NOW, until: NOW + 5 }))).toBe(NOW + 5);
  expect(endOf(acknowledged({ at: NOW, until: null }))).toBe(NOW + DAY);
});
