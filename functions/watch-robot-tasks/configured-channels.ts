import type { Clock } from '../../shared/runtime/clock';
import type { Channel, ChannelConfig, ChannelOptions } from './channels/channel';
import { createChannel, kindOf } from './channels/create';
import type { Configuration } from './config';
import { createLinks } from './links';
import { digestOf } from './rules/owner';
import type { Route } from './rules/policy';

/** The channels of ALERT_CHANNELS, in its order. `more` is what the deployed watch adds. */
export function configuredChannels(
  configuration: Configuration,
  clock: Clock,
  more: Pick<ChannelOptions, 'watch' | 'onUnsayable'> = {},
): Channel[] {
  const { channels, language, source } = configuration;
  const options = { ...more, language, source, linkTo: createLinks(configuration), clock };
  return channels.map((channel) => createChannel(channel, options));
}

/** What the decision needs to know of a channel. */
export function routeOf(config: ChannelConfig): Route {
  const { id, type, statuses, hours, after } = config;
  const kind = kindOf(config);
  const receivers = kind.receivers?.(config);
  return {
    ...{ id, type, address: addressOf(config.url, receivers), statuses, hours },
    wantsStanding: kind.wantsStanding === true,
    ...(after === undefined ? {} : { after }),
    ...(receivers === undefined ? {} : { receivers }),
  };
}

/** Without the password that stands in a mail server's url. */
function addressOf(url: string, receivers: readonly string[] = []): string {
  const address = new URL(url);
  address.password = '';
  return digestOf([address.href, receivers.toSorted()]);
}
