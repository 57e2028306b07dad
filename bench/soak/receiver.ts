/** Webhook receivers that keep every document as data: the oracle is exact with them. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { sendFault, send, takesMessage, type InboxFault } from '../../local/inbox/faults';
import type { ChannelEntry } from '../../local/inbox/inbox';
import type { Robot } from '../../local/inbox/robot';
import { playWebhook } from '../../local/inbox/webhook';
import { createLoopbackServer, readBody } from '../../local/simulator/loopback-server';
import { beijingIso } from '../../shared/beijing-time';
import type { Hold } from '../../shared/operators/record';
import type { Delay } from '../../functions/watch-robot-tasks/rules/policy';
import type { Item } from '../oracle/oracle';
import { holderOf } from '../oracle/sights';

/** A channel of which every document is known. */
export interface Listener {
  readonly id: string;
  /** The statuses it wants to hear of; null = every watched one. */
  readonly statuses: readonly string[] | null;
  /** The days on which it may be written to, as the setting says them; absent = every day. None of them is today. */
  readonly days?: string;
  /** It is a second line, told after so long. */
  readonly after?: Delay;
}

/** One message that a channel took. */
export interface Telling {
  readonly channel: string;
  readonly items: readonly Item[];
  /** It says that it may be told twice: what is being sent could not be saved. */
  readonly mayRepeat: boolean;
  /** The channel had taken a message of the same id before, so that it can drop this one. */
  readonly isRecognised: boolean;
}

export interface Receiver {
  listen(): Promise<void>;
  close(): Promise<void>;
  /** Entries of ALERT_CHANNELS. */
  readonly entries: readonly ChannelEntry[];
  setFault(channel: string, fault: InboxFault | null): void;
  /** What was taken since the last call. */
  take(): readonly Telling[];
  /** Called whenever a message is taken. */
  onMessage: () => void;
}

const time = v.pipe(v.string(), v.transform(Date.parse), v.number());
const task = v.object({ id: v.string() });
const news = v.object({ task, status: v.nullable(v.string()), since: time });
const documentSchema = v.object({
  timestamp: time,
  data: v.object({
    duplicatesPossible: v.boolean(),
    ...{ firing: v.array(news), repeated: v.array(news), resolved: v.array(news) },
    acknowledged: v.array(
      v.object({
        task,
        ...{ by: v.nullable(v.string()), at: v.nullable(v.string()), until: v.nullable(v.string()) },
      }),
    ),
  }),
});

/** An act as the documents name it: in whole seconds. */
export function nameOf({ by, at, until }: Hold): string {
  return nameSaid({ by, at: beijingIso(at), until: until === null ? null : beijingIso(until) });
}

interface Said {
  readonly by: string | null;
  readonly at: string | null;
  readonly until: string | null;
}

export function nameSaid({ by, at, until }: Said): string {
  return [by, at, until].join(' ');
}

interface Member {
  readonly listener: Listener;
  readonly robot: Robot;
  readonly secret: string;
  fault: InboxFault | null;
}

/** `onBody` gets the text of every message that is taken. */
export function createReceiver(
  listeners: readonly Listener[],
  onBody: (body: string) => void = () => undefined,
): Receiver {
  const members = new Map(listeners.map((listener) => [listener.id, createMember(listener)]));
  let origin = '';
  let tellings: Telling[] = [];

  const server = createLoopbackServer((request, response) => {
    const [, id = '', path = ''] = /^\/([^/]*)(.*)$/.exec(request.url ?? '') ?? [];
    const member = members.get(id);
    readBody(request)
      .then((buffer) => {
        if (member === undefined) throw new Error('There is no such receiver.');
        const { robot, fault } = member;
        if (fault !== null && !takesMessage(fault)) {
          sendFault(fault, response, robot);
          return;
        }
        const body = buffer.toString('utf8');
        const url = new URL(path, 'http://receiver');
        const { answer, message } = robot.receive({ url, headers: request.headers, body }, Date.now());
        if (answer.status === 200) {
          tellings.push({ channel: id, isRecognised: message === null, ...read(body) });
          onBody(body);
          receiver.onMessage();
        }
        if (fault === null) send(response, answer);
        else sendFault(fault, response, robot);
      })
      .catch(() => response.destroy());
  });

  const receiver: Receiver = {
    async listen() {
      origin = (await server.listen()).origin;
    },
    close: () => server.close(),
    get entries() {
      return [...members.values()].map(({ listener: { id, statuses, days, after }, robot, secret }) => ({
        id,
        type: 'webhook' as const,
        url: `${origin}/${id}${robot.path}`,
        secret,
        ...(statuses === null ? {} : { statuses }),
        ...(days === undefined ? {} : { days }),
        ...(after === undefined ? {} : { after: after.text }),
      }));
    },
    setFault(channel, fault) {
      const member = members.get(channel);
      if (member !== undefined) member.fault = fault;
    },
    take() {
      const taken = tellings;
      tellings = [];
      return taken;
    },
    onMessage: () => undefined,
  };
  return receiver;
}

function createMember(listener: Listener): Member {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const token = randomBytes(16).toString('hex');
  const robot = playWebhook({ id: listener.id, type: 'webhook', token, secret, keyword: null });
  return { listener, robot, secret, fault: null };
}

/** Throws for a document that is none: that is a broken promise, too, and ends as an answer that never comes. */
function read(body: string): Pick<Telling, 'items' | 'mayRepeat'> {
  const { timestamp, data } = v.parse(documentSchema, JSON.parse(body));
  const kinds = ['firing', 'repeated', 'resolved'] as const;
  const ofTasks = kinds.flatMap((kind) =>
    data[kind].map(({ task, status, since }): Item => {
      return { kind, subject: task.id, condition: status, lasted: timestamp - since };
    }),
  );
  const ofHolders = data.acknowledged.map(({ task, by, at, until }): Item => {
    const subject = holderOf(task.id);
    return by === null
      ? { kind: 'resolved', subject, condition: null }
      : { kind: 'firing', subject, condition: nameSaid({ by, at, until }) };
  });
  return { items: [...ofTasks, ...ofHolders], mayRepeat: data.duplicatesPossible };
}
