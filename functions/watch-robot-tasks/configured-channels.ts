import type { Clock } from '../../shared/runtime/clock';
import type { Channel, ChannelConfig, ChannelOptions } from './channels/channel';
import { kindOf } from './channels/list';
import type { Configuration } from './config';
import { createLinks } from './links';
import { digestOf } from './identity';
import type { Route } from './rules/policy';

/**
 * Opens the channels of ALERT_CHANNELS, in its order, once. `more` is what the deployed watch adds. The code that sends is loaded
 * then; where it is missing beside the bundle, the opening rejects with what to do, and is tried anew at the next call.
 */
export function channelOpener(
  configuration: Configuration,
  clock: Clock,
  more: Pick<ChannelOptions, 'watch' | 'onUnsayable'> = {},
): () => Promise<readonly Channel[]> {
  let opened: readonly Channel[] | undefined;
  return async () => (opened ??= await openChannels(configuration, clock, more));
}

async function openChannels(
  configuration: Configuration,
  clock: Clock,
  more: Pick<ChannelOptions, 'watch' | 'onUnsayable'>,
): Promise<readonly Channel[]> {
  const { createChannel } = await import('./channels/senders').catch((cause: unknown) => {
    throw new Error('The code that sends messages cannot be loaded: build and deploy again.', { cause });
  });
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
