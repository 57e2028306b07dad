import type { Message } from '../message';

export const CHANNEL_TYPES = ['dingtalk', 'feishu', 'wecom', 'slack', 'webhook'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

/**
 * The outcome of one message. `reason` is a sentence that a person can act on; it never holds the channel's URL, token
 * or secret. A permanent failure needs a person; any other may pass by itself.
 */
export type Delivery =
  { readonly ok: true } | { readonly ok: false; readonly permanent: boolean; readonly reason: string };

/** Where messages go. Each adapter is a factory in this folder; channels.test.ts holds the contract they all keep. */
export interface Channel {
  readonly id: string;
  readonly type: ChannelType;
  /** The statuses this channel wants to hear of; null = every watched one. */
  readonly statuses: readonly string[] | null;
  /**
   * Sends one message by `deadline` (epoch milliseconds). "ok" only on the receiver's own application-level OK, never
   * on HTTP 200 alone. Does not throw.
   */
  send(message: Message, deadline: number): Promise<Delivery>;
}
