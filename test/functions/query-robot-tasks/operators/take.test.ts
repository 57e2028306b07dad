import fc from 'fast-check';
import { giveBack, take, type Act } from '../../../../functions/query-robot-tasks/operators/take';
import { EMPTY_RECORD, type OperatorsRecord, type Stop } from '../../../../shared/operators/record';

const NOW = Date.UTC(2026, 10, 29, 12);
const DAY = 24 * 60 * 60 * 1000;
const stop = (id: string, since = NOW - 1000): Stop => ({ id, condition: 'ARREARS_STOP', since });
const zhang: Act = { by: '张三', until: null };
const holdersOf = ({ acknowledged }: OperatorsRecord) => acknowledged.map(({ id, by }) => `${id} ${by}`);

describe('taking a stop', () => {
  const taken = take(EMPTY_RECORD, [stop('1'), stop('2')], zhang, NOW);

  it('notes which stop it is, who takes it, when, and until when', () => {
    expect(take(EMPTY_RECORD, [stop('1')], { by: 'li', until: NOW + 5 }, NOW).acknowledged).toEqual([
      { id: '1', condition: 'ARREARS_STOP', since: NOW - 1000, by: 'li', at: NOW, until: NOW + 5 },
    ]);
  });

  it('changes nothing where the same is done again', () => {
    expect(take(taken, [stop('1')], zhang, NOW + DAY - 1)).toBe(taken);
    expect(take(taken, [], zhang, NOW)).toBe(taken);
  });

  it.each([
    { name: 'by another operator', act: { by: 'li', until: null }, stopped: stop('1'), at: NOW + 1 },
    { name: 'until another time', act: { ...zhang, until: NOW + 5 }, stopped: stop('1'), at: NOW + 1 },
    { name: 'of a later stop', act: zhang, stopped: stop('1', NOW), at: NOW + 1 },
    { name: 'after it was over', act: zhang, stopped: stop('1'), at: NOW + DAY },
  ])('$name replaces it', ({ act, stopped, at }) => {
    const next = take(taken, [stopped], act, at);
    expect(next.acknowledged).toHaveLength(2);
    expect(next.acknowledged.find(({ id }) => id === '1')).toEqual({ ...stopped, ...act, at });
  });

  it('is given back by whoever asks, and nothing given back is nothing', () => {
    expect(holdersOf(giveBack(taken, '1'))).toEqual(['2 张三']);
    expect(giveBack(taken, '3')).toBe(taken);
  });
});

const acts = fc.array(
  fc.record({
    ids: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { minLength: 1 }),
    by: fc.constantFrom('zhang', 'li', null),
    until: fc.constantFrom(null, NOW + DAY),
  }),
);

it('after any acts, each task has the last one, and no other', () => {
  fc.assert(
    fc.property(acts, (all) => {
      let record = EMPTY_RECORD;
      const last = new Map<string, string>();
      for (const [index, { ids, by, until }] of all.entries()) {
        for (const id of ids) {
          if (by === null) last.delete(id);
          else last.set(id, `${id} ${by} ${until}`);
        }
        const at = NOW + index;
        record =
          by === null
            ? ids.reduce(giveBack, record)
            : take(
                record,
                ids.map((id) => stop(id)),
                { by, until },
                at,
              );
      }
      const held = record.acknowledged.map(({ id, by, until }) => `${id} ${by} ${until}`);
      expect(held.sort()).toEqual([...last.values()].sort());
    }),
  );
});
