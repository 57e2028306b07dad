import { Webhook } from 'standardwebhooks';
import { createChannel } from '../../../../functions/watch-robot-tasks/channels/senders';
import type { Message } from '../../../../functions/watch-robot-tasks/rules/message';
import { alert, manyStopped, NOW, resolved, stopped, testMessage } from '../../../stand-ins/alerts';
import { openCaptureServer, type CaptureServer } from '../../../stand-ins/capture-server';
import { openInbox } from '../../../stand-ins/inbox-channels';
import { createLeapingClock } from '../../../stand-ins/leaping-clock';
import { text } from '../../../stand-ins/text';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

let server: CaptureServer;

beforeAll(async () => {
  server = await openCaptureServer();
});

afterAll(async () => {
  await server.close();
});

/** Sends with the system's time, because that is what the oracle checks the timestamp by. */
async function post(message: Message, secret: string | null = SECRET) {
  const clock = createLeapingClock(Date.now());
  const channel = createChannel(
    {
      ...{ id: 'hook', type: 'webhook', url: server.url('hook'), secret, mention: [] },
      ...{ statuses: null, hours: null, more: {} },
    },
    { language: 'zh-CN', linkTo: null, clock },
  );
  expect(await channel.send(message, clock.now() + 10_000)).toEqual({ ok: true });
  const [request] = server.take();
  if (request === undefined) throw new Error('nothing was posted');
  return { body: request.body, headers: request.headers as Record<string, string> };
}

const dataOf = (body: string) => (JSON.parse(body) as { data: Record<string, unknown> }).data;

describe('a webhook is signed so that Standard Webhooks', () => {
  it('verifies it', async () => {
    const { body, headers } = await post(alert({ firing: [stopped()] }));
    expect(new Webhook(SECRET).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it('refuses it with another secret, and when a byte of it was changed', async () => {
    const { body, headers } = await post(alert({ firing: [stopped()] }));
    expect(() => new Webhook(OTHER_SECRET).verify(body, headers)).toThrow();
    expect(() => new Webhook(SECRET).verify(`${body} `, headers)).toThrow();
  });

  it('verifies it with the old and with the new secret while one replaces the other', async () => {
    const { body, headers } = await post(testMessage, `${OTHER_SECRET} ${SECRET}`);
    expect(new Webhook(SECRET).verify(body, headers)).toBeDefined();
    expect(new Webhook(OTHER_SECRET).verify(body, headers)).toBeDefined();
  });
});

it('bears the id of the message, and no signature without a secret', async () => {
  const { headers } = await post(alert({ id: 'alert-7', firing: [stopped()] }), null);
  expect(headers['webhook-id']).toBe('alert-7');
  expect(headers['webhook-timestamp']).toMatch(/^\d{10}$/);
  expect(headers['webhook-signature']).toBeUndefined();
});

it('bears an id of any characters as one header of visible ASCII', async () => {
  const { body, headers } = await post(alert({ id: '任务\r\nx-evil: 1', firing: [stopped()] }));
  expect(headers['webhook-id']).toMatch(/^[!-~]+$/);
  expect(headers['x-evil']).toBeUndefined();
  expect(new Webhook(SECRET).verify(body, headers)).toBeDefined();
});

it('bears the same id on a re-send, so that a receiver that took it can drop it', async () => {
  const set = await openInbox([{ id: 'hook', type: 'webhook' }]);
  set.inbox.setFault('hook', { fault: 'lost-answer' }, 1);
  const delivery = await set.channel('hook').send(alert({ firing: [stopped()] }), set.deadline());
  await set.close();
  expect(delivery).toEqual({ ok: true });
  expect(set.inbox.requests('hook')).toBe(2);
  expect(set.inbox.messages).toHaveLength(1);
});

it('is the document that the design shows', async () => {
  const { body } = await post(
    alert({
      firing: [stopped()],
      repeated: [stopped({ id: '1045002', status: 'SYSTEM_STOP' }, { minutes: 240 })],
      resolved: [resolved('EXCUTING', { id: '1045003' }), resolved(null, { id: '1045004' })],
      notices: [
        {
          subject: 'channel',
          channel: 'ops',
          state: 'failing',
          since: NOW,
          reason: text('It fails.'),
          reminders: 0,
        },
      ],
      watchStatus: 'unknown',
      duplicatesPossible: 'damaged',
    }),
  );
  expect(JSON.parse(body)).toMatchInlineSnapshot(`
{
  "data": {
    "acknowledged": [],
    "counts": {
      "firing": 1,
      "repeated": 1,
      "resolved": 2,
    },
    "duplicatesPossible": true,
    "firing": [
      {
        "previousStatus": null,
        "since": "2026-03-02T10:12:00+08:00",
        "status": "ARREARS_STOP",
        "task": {
          "completeTime": null,
          "createTime": "2026-03-02T09:00:00+08:00",
          "finishCount": 998,
          "fireTime": "2026-03-02T09:00:00+08:00",
          "id": "1045001",
          "robotId": "1000000075003",
          "robotName": "回访机器人",
          "scheduleType": "SINGLE",
          "status": "ARREARS_STOP",
          "taskName": "春季回访",
          "totalCount": 1000,
        },
      },
    ],
    "link": null,
    "notices": [
      {
        "channel": "ops",
        "reason": "It fails.（中文）",
        "since": "2026-03-02T10:15:00+08:00",
        "state": "failing",
        "subject": "channel",
      },
    ],
    "omitted": 0,
    "repeated": [
      {
        "previousStatus": null,
        "since": "2026-03-02T06:15:00+08:00",
        "status": "SYSTEM_STOP",
        "task": {
          "completeTime": null,
          "createTime": "2026-03-02T09:00:00+08:00",
          "finishCount": 998,
          "fireTime": "2026-03-02T09:00:00+08:00",
          "id": "1045002",
          "robotId": "1000000075003",
          "robotName": "回访机器人",
          "scheduleType": "SINGLE",
          "status": "SYSTEM_STOP",
          "taskName": "春季回访",
          "totalCount": 1000,
        },
      },
    ],
    "resolved": [
      {
        "previousStatus": "ARREARS_STOP",
        "since": "2026-03-02T08:10:00+08:00",
        "status": "EXCUTING",
        "task": {
          "completeTime": null,
          "createTime": "2026-03-02T09:00:00+08:00",
          "finishCount": 998,
          "fireTime": "2026-03-02T09:00:00+08:00",
          "id": "1045003",
          "robotId": "1000000075003",
          "robotName": "回访机器人",
          "scheduleType": "SINGLE",
          "status": "EXCUTING",
          "taskName": "春季回访",
          "totalCount": 1000,
        },
      },
      {
        "previousStatus": "ARREARS_STOP",
        "since": "2026-03-02T08:10:00+08:00",
        "status": null,
        "task": {
          "completeTime": null,
          "createTime": "2026-03-02T09:00:00+08:00",
          "finishCount": 998,
          "fireTime": "2026-03-02T09:00:00+08:00",
          "id": "1045004",
          "robotId": "1000000075003",
          "robotName": "回访机器人",
          "scheduleType": "SINGLE",
          "status": "ARREARS_STOP",
          "taskName": "春季回访",
          "totalCount": 1000,
        },
      },
    ],
    "watch": {
      "status": "unknown",
    },
  },
  "timestamp": "2026-03-02T10:15:00+08:00",
  "type": "robot-tasks.alert",
}
`);
});

it('is a document of another type for a test', async () => {
  const { body } = await post(testMessage);
  expect(JSON.parse(body)).toEqual({
    type: 'robot-tasks.test',
    timestamp: '2026-03-02T10:15:00+08:00',
    data: { channel: 'hook' },
  });
});

it('says that the watch is well when it is', async () => {
  const { body } = await post(alert({ firing: [stopped()] }));
  expect(dataOf(body)).toMatchObject({
    watch: { status: 'ok' },
    notices: [],
    omitted: 0,
    duplicatesPossible: false,
  });
});

it('names the tasks that matter most when not all fit, and counts those that are missing', async () => {
  const { body } = await post(alert({ firing: manyStopped(5000), resolved: [resolved('EXCUTING')] }));
  const data = dataOf(body) as {
    firing: { task: { id: string } }[];
    resolved: unknown[];
    counts: object;
    omitted: number;
  };
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(256_000);
  expect(data.counts).toEqual({ firing: 5000, repeated: 0, resolved: 1 });
  expect(data.firing.length).toBeGreaterThan(500);
  expect(data.firing.length + data.resolved.length + data.omitted).toBe(5001);
  expect(data.firing[0]?.task.id).toBe('2004999');
});

it('names every channel that fails, however many', async () => {
  const notices = Array.from({ length: 30 }, (_, index) => ({
    ...{ subject: 'channel' as const, channel: `c${index}`, state: 'failing' as const },
    ...{ since: NOW, reason: text('It is busy.'), reminders: 0 },
  }));
  const { body } = await post(alert({ notices }));
  const { data } = JSON.parse(body) as { data: { notices: { channel: string }[] } };
  expect(data.notices.map(({ channel }) => channel)).toEqual(notices.map(({ channel }) => channel));
});

it('stays within its size whatever names and reasons hold', async () => {
  const firing = manyStopped(500).map((entry) => ({
    ...entry,
    task: { ...entry.task, taskName: '\u0000'.repeat(100_000) },
  }));
  const notices = Array.from({ length: 100 }, () => ({
    subject: 'store' as const,
    channel: null,
    state: 'failing' as const,
    since: NOW,
    reason: text('\u0000'.repeat(100_000)),
    reminders: 0,
  }));
  const { body } = await post(alert({ firing, notices }));
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(256_000);
});
