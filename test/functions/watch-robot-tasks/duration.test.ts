import fc from 'fast-check';
import { parseDuration } from '../../../functions/watch-robot-tasks/duration';

test.each([
  { text: '0', ms: 0 },
  { text: '0s', ms: 0 },
  { text: '90s', ms: 90_000 },
  { text: '5m', ms: 300_000 },
  { text: '4h', ms: 14_400_000 },
  { text: '1d', ms: 86_400_000 },
  { text: '1h30m', ms: 5_400_000 },
  { text: '366d', ms: 31_622_400_000 },
])('$text is $ms milliseconds', ({ text, ms }) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  '5',
  '-5m',
  '5 m',
  '5M',
  '1.5h',
  '30m1h',
  '5m5m',
  'm',
  '367d',
  '99999999999999999999s',
  'Infinity',
])('"%s" is refused with what to write instead', (text) => {
  expect(() => parseDuration(text)).toThrow(/^must /);
});

test('every span written as days, hours, minutes and seconds comes back', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(99), fc.nat(99), fc.nat(99), (days, hours, minutes, seconds) => {
      const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
      expect(parseDuration(`${days}d${hours}h${minutes}m${seconds}s`)).toBe(ms);
    }),
  );
});
