/** The soak's luck: every fault comes, and a seed brings the same ones again. */
import fc from 'fast-check';
import { drawPlan, type Situation } from '../../../bench/soak/plan';
import { drawWeather, ROUNDS_TO_MEET_ALL } from '../../../bench/soak/weather';

const CHANNELS = ['all', 'ops'];
const WEBHOOKS = ['all'];
const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const rounds = fc.integer({ min: 2, max: 500 });

const FRESH: Situation = {
  leader: null,
  independent: new Set([0, 1]),
  isQuiet: true,
  tasks: ['1', '2'],
  isMovable: () => true,
};

test.each([
  { name: 'resets', fault: /reset|refused|cut/ },
  { name: 'stalls', fault: /stall/ },
  { name: 'throttling', fault: /throttl/ },
  { name: 'nonsense', fault: /502|a list in place|half an answer|without Code|no JSON|nested/ },
  { name: 'wrong codes', fault: /wrong code|no permission|arrears/ },
  { name: 'slow bodies', fault: /slow body/ },
  { name: 'expired keys', fault: /expired keys/ },
  { name: 'a clock 16 minutes off', fault: /16 minutes off/ },
])('upstream suffers $name in the first rounds and again in each as many', ({ fault }) => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 20 }), (seed, cycle) => {
      const cards = Array.from({ length: ROUNDS_TO_MEET_ALL }, (_, index) => {
        const round = cycle * ROUNDS_TO_MEET_ALL + index + 1;
        return drawWeather(seed, round, CHANNELS, WEBHOOKS).upstream.name;
      });
      expect(cards.filter((name) => fault.test(name))).toHaveLength(1);
    }),
  );
});

test('the same round of the same seed has the same in store', () => {
  fc.assert(
    fc.property(seeds, rounds, (seed, round) => {
      expect(drawPlan(seed, round, FRESH)).toEqual(drawPlan(seed, round, FRESH));
    }),
  );
  const weathers = [1, 2, 3].map((seed) =>
    JSON.stringify(
      Array.from(
        { length: 20 },
        (_, index) => drawWeather(seed, index + 2, CHANNELS, WEBHOOKS).upstream.name,
      ),
    ),
  );
  expect(new Set(weathers).size).toBe(3);
});

test('what happened before takes away from a round, and changes nothing else of it', () => {
  fc.assert(
    fc.property(seeds, rounds, (seed, round) => {
      const free = drawPlan(seed, round, FRESH);
      const bound = drawPlan(seed, round, { ...FRESH, leader: 1, isQuiet: false, independent: new Set() });
      expect(bound.watchers).toEqual([1]);
      expect(bound.weather.channels).toEqual(free.weather.channels);
      expect([free.weather.disk, 'fine']).toContain(bound.weather.disk);
      if (free.weather.upstream.deniesTasks !== true) {
        expect(bound.weather.upstream).toEqual(free.weather.upstream);
        expect(bound.kill?.when).toBe(free.kill?.when);
      }
    }),
  );
});

test('two instances at once, a kill, each state of the disk and a move are all drawn within 100 rounds', () => {
  const plans = Array.from({ length: 100 }, (_, index) => drawPlan(1, index + 2, FRESH));
  expect(plans.some(({ watchers }) => watchers.length === 2)).toBe(true);
  expect(plans.some(({ kill }) => kill?.when === 'message')).toBe(true);
  expect(plans.some(({ kill }) => typeof kill?.when === 'number')).toBe(true);
  expect(plans.some(({ mover }) => mover !== null)).toBe(true);
  expect([...new Set(plans.map(({ weather }) => weather.disk))].toSorted()).toEqual([
    'fine',
    'full',
    'nearly-full',
    'no-folder',
  ]);
});
