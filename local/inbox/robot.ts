/** One robot in the inbox: it judges a request as the real receiver would, and answers in the receiver's own shape. */
import type { IncomingHttpHeaders } from 'node:http';

/** The kinds, as ALERT_CHANNELS names them. */
const ROBOT_TYPES = ['dingtalk', 'feishu', 'wecom', 'slack', 'webhook', 'alertmanager'] as const;
export type RobotType = (typeof ROBOT_TYPES)[number];

/** What the inbox plays: the robots, which are called over HTTP, and a mail server. */
export const INBOX_TYPES = [...ROBOT_TYPES, 'email'] as const;
export type InboxType = (typeof INBOX_TYPES)[number];

export interface RobotSettings {
  /** The channel's id in ALERT_CHANNELS. */
  readonly id: string;
  readonly type: RobotType;
  /** What makes the robot's URL unguessable: its access_token, key or the like. */
  readonly token: string;
  /** Null = it checks no signature. For a webhook: one `whsec_<base64>`. */
  readonly secret: string | null;
  /** A word without which dingtalk and feishu refuse a message; null = none. */
  readonly keyword: string | null;
}

/** A request, after its body was read. */
export interface RobotRequest {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RobotAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A message as the group sees it. */
export interface SeenMessage {
  readonly title: string;
  /** Without markup, the title included where the receiver shows it in the text. */
  readonly text: string;
  /** Who is notified: ids in the receiver's kind, or `all`. A mention that the receiver would not honour is not here. */
  readonly mentions: readonly string[];
}

export interface Robot {
  /** Path and query of its webhook URL. */
  readonly path: string;
  /** `now` is epoch milliseconds. `message` is null when it is refused, or known already. */
  receive(
    request: RobotRequest,
    now: number,
  ): { readonly answer: RobotAnswer; readonly message: SeenMessage | null };
  /** What it answers when its sender is throttled. */
  readonly throttled: RobotAnswer;
}

export function json(body: unknown, status = 200): RobotAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** The body as an object; an empty one when it is none. */
export function objectOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return fields(JSON.parse(body));
  } catch {
    return {};
  }
}

/** `value` when it is an object, else an empty one. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
