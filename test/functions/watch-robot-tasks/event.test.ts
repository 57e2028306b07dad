import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { parseEvent } from '../../../functions/watch-robot-tasks/event';

const timer = (payload: string) =>
  JSON.stringify({ triggerTime: '2023-12-26T07:49:00Z', triggerName: 'timer', payload });

test.each([
  {
    name: 'a captured timer event',
    event: readFileSync(path.join(__dirname, '../../fixtures/events/timer.json'), 'utf8'),
  },
  { name: 'a timer event with a note for its payload', event: timer('every minute') },
  { name: 'a timer event with JSON of another meaning', event: timer('{"test":"everything"}') },
  { name: 'a timer event without a payload', event: '{"triggerTime":"2023-12-26T07:49:00Z"}' },
  { name: 'nothing', event: '' },
  { name: 'blanks', event: ' \n' },
  { name: 'an empty object', event: '{}' },
])('$name polls', ({ event }) => {
  expect(parseEvent(Buffer.from(event))).toBe('poll');
});

test.each([
  { name: 'a body by hand', event: '{"test":"channels"}' },
  { name: 'the payload of a timer', event: timer('{"test":"channels"}') },
])('$name tests the channels', ({ event }) => {
  expect(parseEvent(Buffer.from(event))).toBe('test-channels');
});

test.each([
  'test',
  '{"test":"channel"}',
  '{"test":"channels","quick":true}',
  '[]',
  'null',
  '0',
  '{"poll":1}',
])('the body %s is refused with what to send instead', (event) => {
  expect(() => parseEvent(Buffer.from(event))).toThrow(/send a timer event or nothing to poll/);
});

test('any bytes are an event or are refused, and a timer always polls or tests', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        expect(['poll', 'test-channels']).toContain(parseEvent(Buffer.from(bytes)));
      } catch (error) {
        expect((error as Error).message).toContain('The event is not understood');
      }
    }),
  );
  fc.assert(
    fc.property(fc.string(), (payload) => {
      expect(['poll', 'test-channels']).toContain(parseEvent(Buffer.from(timer(payload))));
    }),
  );
});
