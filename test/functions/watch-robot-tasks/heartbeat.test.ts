import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHeartbeat } from '../../../functions/watch-robot-tasks/heartbeat';
import { createLoopbackServer } from '../../../local/simulator/loopback-server';
import { pour } from '../../stand-ins/pour';
import { systemClock } from '../../../shared/runtime/clock';

let respond: (request: IncomingMessage, response: ServerResponse) => void;
const calls: string[] = [];
const server = createLoopbackServer((request, response) => {
  calls.push(`${request.method ?? ''} ${request.url ?? ''}`);
  respond(request, response);
});
let base: URL;

beforeAll(async () => {
  base = await server.listen();
});
beforeEach(() => {
  calls.length = 0;
  respond = (_, response) => response.end('OK');
});
afterAll(() => server.close());

const soon = () => Date.now() + 100_000;

test.each([
  { name: 'a path', path: '/marked-uuid', failed: '/marked-uuid/fail' },
  { name: 'a slash at the end', path: '/marked-uuid/', failed: '/marked-uuid/fail' },
  { name: 'a query', path: '/ping/marked?run=1', failed: '/ping/marked/fail?run=1' },
  {
    name: 'the status of Uptime Kuma',
    path: '/api/push/marked?status=up&msg=OK&ping=',
    failed: '/api/push/marked?status=down&msg=The+poll+failed&ping=',
  },
  { name: 'no path', path: '/', failed: '/fail' },
])('a completed cycle is a GET to the URL, a failed one says so: with $name', async ({ path, failed }) => {
  const beat = createHeartbeat(new URL(path, base), systemClock);
  await beat('completed', soon());
  await beat('failed', soon());
  expect(calls).toEqual([`GET ${path}`, `GET ${failed}`]);
});

test.each([
  {
    name: 'an error status',
    answer: (_: IncomingMessage, response: ServerResponse) => response.writeHead(404).end(),
  },
  {
    name: 'a redirect',
    answer: (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(302, { location: '/' }).end(),
  },
  {
    name: 'the 200 of Healthchecks for a check that it does not know',
    answer: (_: IncomingMessage, response: ServerResponse) => response.end('OK (not found)'),
  },
  {
    name: 'the 200 of Uptime Kuma for a push that it does not take',
    answer: (_: IncomingMessage, response: ServerResponse) => response.end('{"ok":false,"msg":"x"}'),
  },
  { name: 'a connection that breaks', answer: (request: IncomingMessage) => request.socket.destroy() },
])('$name is an error that does not name the URL', async ({ answer }) => {
  respond = answer;
  const beat = createHeartbeat(new URL('/marked-uuid', base), systemClock);
  const error = await beat('completed', soon()).catch((reason: unknown) => reason as Error);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toContain('HEARTBEAT_URL');
  expect((error as Error).message).not.toContain('marked-uuid');
});

test('an answer that does not end is read no further than it has to be', async () => {
  let poured = 0;
  const closed: Promise<unknown>[] = [];
  respond = (_, response) => {
    closed.push(pour(response, (bytes) => (poured += bytes)));
  };
  await createHeartbeat(base, systemClock)('completed', soon());
  await Promise.all(closed);
  expect(poured).toBeLessThan(20_000_000);
});

test('a receiver that does not answer costs no more than the deadline allows', async () => {
  respond = () => undefined;
  const beat = createHeartbeat(base, systemClock);
  await expect(beat('completed', Date.now() + 50)).rejects.toThrow('did not answer in time');
  await expect(beat('completed', Date.now() - 1)).rejects.toThrow('did not answer in time');
});
