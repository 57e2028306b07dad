/**
 * Plays the chat robots on loopback: signatures, timestamps, sizes and rates are checked as the real ones do, each
 * answers in its own shape, and what it takes is kept as the group would see it.
 *
 *     const inbox = createInbox({ onMessage: (message) => console.log(renderMessage(message)) });
 *     await inbox.listen();
 *     env.ALERT_CHANNELS = JSON.stringify(inbox.channels());
 *     inbox.setFault('ops', { fault: 'stall' });
 *     …
 *     await inbox.close();
 */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { beijingIso } from '../../shared/beijing-time';
import { systemClock, type Clock } from '../../shared/runtime/clock';
import { createLoopbackServer, readBody } from '../simulator/loopback-server';
import { playAlertmanager } from './alertmanager';
import { playDingTalk } from './dingtalk';
import { FAULTS, faultSchema, send, sendFault, takesMessage, type InboxFault } from './faults';
import { playFeishu } from './feishu';
import { createMailbox, type Mailbox } from './mailbox';
import {
  objectOf,
  type Robot,
  type RobotAnswer,
  type RobotSettings,
  type InboxType,
  type RobotType,
  type SeenMessage,
} from './robot';
import { playSlack } from './slack';
import { playWebhook } from './webhook';
import { playWeCom } from './wecom';

export interface InboxMessage extends SeenMessage {
  /** The channel's id. */
  readonly channel: string;
  readonly type: InboxType;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** One channel of the inbox and how it is to be configured. */
export interface InboxChannel {
  readonly id: string;
  readonly type: InboxType;
  /** Whether it is given a secret and checks signatures; default: wherever the real one can. */
  readonly signed?: boolean;
  readonly keyword?: string;
  /** Passed on in `channels()`. */
  readonly mention?: readonly string[];
  readonly statuses?: readonly string[];
}

export interface InboxOptions {
  /** By which timestamps and rates are judged; default the system's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Default: DEMO_CHANNELS. */
  readonly channels?: readonly InboxChannel[];
  /** Called with each message that is taken. */
  readonly onMessage?: (message: InboxMessage) => void;
}

/** An entry of ALERT_CHANNELS. */
export interface ChannelEntry {
  readonly id: string;
  readonly type: InboxType;
  readonly url: string;
  readonly secret?: string;
  /** Of an e-mail. */
  readonly from?: string;
  readonly to?: readonly string[];
  readonly mention?: readonly string[];
  readonly statuses?: readonly string[];
}

export interface ControlRequest {
  readonly method: string;
  readonly path?: string;
  readonly body?: string;
}

export interface Inbox {
  /** Serves on 127.0.0.1; port 0 = any free one. Throws a sentence when the port is taken. */
  listen(port?: number): Promise<URL>;
  /** Ends every connection at once. */
  close(): Promise<void>;
  /** What ALERT_CHANNELS must hold, as an array, for alerts to come here. Only while it listens. */
  channels(): ChannelEntry[];
  /** The last 200 messages, the oldest first. */
  readonly messages: readonly InboxMessage[];
  clear(): void;
  /** What befalls the next `times` requests to a channel, or all until the next call; null = nothing. */
  setFault(channel: string, fault: InboxFault | null, times?: number): void;
  /** Requests that reached a channel, taken or not. */
  requests(channel: string): number;
  /**
   * To be served by whoever has a port for people: `GET` and `DELETE /_inbox`, and `PUT /_inbox/faults` with
   * `{"channel":"ops","fault":{"fault":"stall"}}` (faults.ts), or null for none.
   */
  handleControl(request: ControlRequest): Required<RobotAnswer>;
}

/** A group of each of the two most used chats, both with a signature. */
export const DEMO_CHANNELS: readonly InboxChannel[] = [
  { id: 'ops', type: 'dingtalk', mention: ['13800000000'] },
  { id: 'feishu', type: 'feishu' },
];

const MESSAGES_KEPT = 200;

const PLAYS: Readonly<Record<RobotType, (settings: RobotSettings) => Robot>> = {
  dingtalk: playDingTalk,
  feishu: playFeishu,
  wecom: playWeCom,
  slack: playSlack,
  webhook: playWebhook,
  alertmanager: playAlertmanager,
};

type RobotChannel = InboxChannel & { readonly type: RobotType };

function isRobot(channel: InboxChannel): channel is RobotChannel {
  return channel.type !== 'email';
}

interface Member {
  readonly channel: RobotChannel;
  readonly settings: RobotSettings;
  readonly robot: Robot;
  requests: number;
  fault: { readonly what: InboxFault; times: number } | null;
}

export function createInbox(options: InboxOptions = {}): Inbox {
  const { clock = systemClock, channels = DEMO_CHANNELS, onMessage = () => undefined } = options;
  const members = new Map(channels.filter(isRobot).map((channel) => [channel.id, createMember(channel)]));
  const mailboxes = new Map(
    channels
      .filter(({ type }) => type === 'email')
      .map((channel): [InboxChannel, Mailbox] => {
        const password = randomBytes(16).toString('hex');
        return [
          channel,
          createMailbox(password, (mail) => {
            keep(channel, mail);
          }),
        ];
      }),
  );
  /** By the channel's id. */
  const mailUrls = new Map<string, string>();
  let messages: InboxMessage[] = [];
  let base: URL | null = null;

  function keep({ id, type }: InboxChannel, seen: SeenMessage): void {
    const message = { channel: id, type, receivedAt: clock.now(), ...seen };
    messages = [...messages, message].slice(-MESSAGES_KEPT);
    onMessage(message);
  }

  function setFaultByHand(method: string, body: string): Required<RobotAnswer> {
    const say = (status: number, text: string) => ({
      status,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: `${text}\n`,
    });
    if (method !== 'PUT') return { status: 405, headers: { allow: 'PUT' }, body: '' };
    const wish = v.safeParse(faultByHand, objectOf(body));
    const names = [...members.keys()].join(', ');
    if (!wish.success || !members.has(wish.output.channel)) {
      return say(
        400,
        `The body must be {"channel":"<one of ${names}>","fault":{"fault":"<one of ${FAULTS.join(', ')}>"}}, or "fault":null.`,
      );
    }
    const { channel, fault } = wish.output;
    find(members, channel).fault = fault === null ? null : { what: fault, times: Infinity };
    return say(200, fault === null ? `${channel} works again.` : `${channel}: ${fault.fault} from now on.`);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('date', new Date(clock.now()).toUTCString());
    const [, id = '', path = ''] = /^\/([^/?]*)(.*)$/.exec(request.url ?? '') ?? [];
    const member = members.get(id);
    if (member === undefined || request.method !== 'POST') {
      send(response, { status: 404, body: 'There is no such robot.' });
      return;
    }
    const body = (await readBody(request)).toString('utf8');
    member.requests += 1;
    const fault = takeFault(member);
    if (fault !== null && !takesMessage(fault)) {
      sendFault(fault, response, member.robot);
      return;
    }
    const url = new URL(path, 'http://inbox');
    const { answer, message } = member.robot.receive({ url, headers: request.headers, body }, clock.now());
    if (message !== null) keep(member.channel, message);
    if (fault === null) send(response, answer);
    else sendFault(fault, response, member.robot);
  }

  const server = createLoopbackServer((request, response) => {
    // The client has left while its body was read: there is nobody to answer.
    serve(request, response).catch(() => response.destroy());
  });

  return {
    async listen(port) {
      base = await server.listen(port);
      for (const [{ id }, mailbox] of mailboxes) mailUrls.set(id, await mailbox.listen());
      return base;
    },
    async close() {
      await Promise.all([server, ...mailboxes.values()].map((one) => one.close()));
    },
    channels() {
      if (base === null) throw new Error('The inbox has no address before it listens.');
      const { origin } = base;
      return channels.map((channel) => {
        const member = members.get(channel.id);
        return member === undefined
          ? mailEntryOf(channel, mailUrls.get(channel.id) ?? '')
          : entryOf(member, origin);
      });
    },
    get messages() {
      return messages;
    },
    clear() {
      messages = [];
    },
    setFault(channel, fault, times = Infinity) {
      find(members, channel).fault = fault === null ? null : { what: fault, times };
    },
    requests: (channel) => find(members, channel).requests,
    handleControl({ method, path = '/_inbox', body = '' }) {
      if (path === '/_inbox/faults') return setFaultByHand(method, body);
      const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
      if (method === 'GET')
        return { status: 200, headers, body: JSON.stringify({ messages: messages.map(listed) }, null, 2) };
      if (method === 'DELETE') {
        messages = [];
        return { status: 204, headers: {}, body: '' };
      }
      return { status: 405, headers: { allow: 'GET, DELETE' }, body: '' };
    },
  };
}

const faultByHand = v.object({ channel: v.string(), fault: v.nullable(faultSchema) });

/** With a time that people can read. */
function listed({ channel, type, receivedAt, title, text, mentions }: InboxMessage) {
  return { channel, type, receivedAt: beijingIso(receivedAt), title, text, mentions };
}

function createMember(channel: RobotChannel): Member {
  const { id, type, keyword = null, signed = true } = channel;
  const settings = {
    id,
    type,
    token: randomBytes(16).toString('hex'),
    secret: signed ? newSecret(type) : null,
    keyword,
  };
  return { channel, settings, robot: PLAYS[type](settings), requests: 0, fault: null };
}

function newSecret(type: RobotType): string | null {
  switch (type) {
    case 'dingtalk':
      return `SEC${randomBytes(32).toString('hex')}`;
    case 'feishu':
      return randomBytes(16).toString('base64url');
    case 'webhook':
      return `whsec_${randomBytes(24).toString('base64')}`;
    case 'alertmanager':
      return randomBytes(24).toString('hex');
    case 'wecom':
    case 'slack':
      return null;
  }
}

function entryOf({ channel, settings, robot }: Member, origin: string): ChannelEntry {
  const { id, type, mention, statuses } = channel;
  return {
    id,
    type,
    url: `${origin}/${id}${robot.path}`,
    ...(settings.secret === null ? {} : { secret: settings.secret }),
    ...(mention === undefined ? {} : { mention }),
    ...(statuses === undefined ? {} : { statuses }),
  };
}

function mailEntryOf({ id, type, statuses }: InboxChannel, url: string): ChannelEntry {
  return {
    ...{ id, type, url, from: 'robot-task-watch@example.com', to: ['ops@example.com'] },
    ...(statuses === undefined ? {} : { statuses }),
  };
}

function find(members: ReadonlyMap<string, Member>, id: string): Member {
  const member = members.get(id);
  if (member === undefined) throw new Error(`The inbox has no channel ${id}.`);
  return member;
}

function takeFault(member: Member): InboxFault | null {
  if (member.fault === null || member.fault.times <= 0) return null;
  member.fault.times -= 1;
  return member.fault.what;
}
