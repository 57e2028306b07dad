import type * as v from 'valibot';
import type { Clock } from '../../../shared/runtime/clock';
import type { Text } from '../../../shared/text';
import type { Delivery } from '../rules/delivery';
import type { Message } from '../rules/message';
import type { Hours } from '../hours';
import type { Delay } from '../rules/policy';
import type { Wording } from '../text/wording';

export type { Delivery, DeliveryFailure } from '../rules/delivery';

/** Where messages go. Each adapter is a file in this folder; channels.test.ts holds the contract that all keep. */
export interface Channel {
  readonly id: string;
  readonly type: string;
  /** The conditions this channel wants to hear of; null = every watched one. */
  readonly statuses: readonly string[] | null;
  /**
   * Sends one message by `deadline` (epoch milliseconds). "ok" only on the receiver's own application-level OK, never
   * on HTTP 200 alone. Does not throw. Where the message names receivers, only those are sent it.
   */
  send(message: Message, deadline: number): Promise<Delivery>;
}

/** The settings of one channel, checked. */
export interface ChannelConfig {
  readonly id: string;
  readonly type: string;
  readonly url: string;
  /** Null when the channel does not sign. For a webhook: one or more `whsec_…`, separated by a space. */
  readonly secret: string | null;
  /** Who is to be mentioned: ids in the channel's own kind, or `['all']`, or nobody. */
  readonly mention: readonly string[];
  /** The conditions this channel wants to hear of; null = every watched one. */
  readonly statuses: readonly string[] | null;
  /** When it may be written to; null = always. */
  readonly hours: Hours | null;
  /** It is a second line, told after so long; absent = at once. */
  readonly after?: Delay;
  /** What only this kind of channel has. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** What all channels of one function have in common. */
export interface ChannelOptions extends Wording {
  /** Whose alerts they are, as `<account>/<region>/<function>`; absent where nobody knows. */
  readonly watch?: string;
  readonly clock: Clock;
}

/**
 * What a start needs to know of one kind of channel. list.ts names them all. How it sends is a CreateChannel beside it, which
 * is loaded with the first message (senders.ts).
 */
export interface ChannelKind<Type extends string = string> {
  /** The `type` in ALERT_CHANNELS. */
  readonly type: Type;
  /** As it stands in a sentence. */
  readonly name: Text;
  /** The settings of this kind, `url` among them: valibot schemas by key. settings.ts has what several share. */
  readonly settings: v.ObjectEntries;
  readonly mentionsPeople: boolean;
  /** It is sent every standing condition at every poll. */
  readonly wantsStanding?: boolean;
  /** The ids of its receivers, where it has several and each counts by itself: as in `Route.receivers`. */
  receivers?(config: ChannelConfig): string[];
  /** What of its settings, beside the URL and `secret`, no log, error, state or message may show. */
  secrets?(config: ChannelConfig): string[];
}

/** Makes the channel that `config`, which was checked, describes. */
export type CreateChannel = (config: ChannelConfig, options: ChannelOptions) => Channel;
