import type { Clock } from '../../shared/clock';
import type { Channel } from './channels/channel';
import { createChannel } from './channels/create';
import type { Configuration } from './config';

/** The channels of ALERT_CHANNELS, in its order. */
export function configuredChannels({ channels, language, queryUrl }: Configuration, clock: Clock): Channel[] {
  const options = { language, queryUrl: queryUrl?.href ?? null, clock };
  return channels.map((channel) => createChannel(channel, options));
}
