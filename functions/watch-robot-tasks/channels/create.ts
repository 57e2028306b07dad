import type { Channel, ChannelConfig, ChannelKind, ChannelOptions } from './channel';
import { CHANNEL_KINDS } from './list';

/** The kind of a channel whose settings were checked. */
export function kindOf({ type }: Pick<ChannelConfig, 'type'>): ChannelKind {
  const kind = CHANNEL_KINDS.find((known) => known.type === type);
  if (kind === undefined) throw new Error(`There is no kind of channel ${type}.`);
  return kind;
}

/** The channel that `config` describes. */
export function createChannel(config: ChannelConfig, options: ChannelOptions): Channel {
  return kindOf(config).create(config, options);
}
