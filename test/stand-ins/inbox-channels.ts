import type { Channel, ChannelConfig } from '../../functions/watch-robot-tasks/channels/channel';
import { parseChannels } from '../../functions/watch-robot-tasks/channels/config';
import { createChannel } from '../../functions/watch-robot-tasks/channels/senders';
import type { Language } from '../../shared/text';
import { createInbox, type Inbox, type InboxChannel } from '../../local/inbox/inbox';
import { createLeapingClock, type LeapingClock } from './leaping-clock';

export interface InboxChannels {
  readonly inbox: Inbox;
  readonly clock: LeapingClock;
  config(id: string): ChannelConfig;
  /** The real adapter for a channel of the inbox; `changes` make its configuration differ from what the inbox expects. */
  channel(
    id: string,
    changes?: Partial<ChannelConfig>,
    language?: Language,
    onUnsayable?: (error: unknown) => void,
  ): Channel;
  /** Epoch milliseconds by which a send is to end; what waits for nothing real ends long before. */
  deadline(): number;
  close(): Promise<void>;
}

export const QUERY_URL = 'https://query.example.com/api';
/** Where the messages link to. */
export const linkTo = (taskId: string | null) =>
  `${QUERY_URL}/#ticket=rtw1.a.b${taskId === null ? '' : `&task=${taskId}`}`;

/** An inbox that listens, and the adapters that send to it, on one clock. */
export async function openInbox(channels: readonly InboxChannel[]): Promise<InboxChannels> {
  const clock = createLeapingClock();
  const inbox = createInbox({ clock, channels });
  await inbox.listen();
  const configs = parseChannels(JSON.stringify(inbox.channels()));
  const config = (id: string) => {
    const found = configs.find((candidate) => candidate.id === id);
    if (found === undefined) throw new Error(`no channel ${id}`);
    return found;
  };
  return {
    inbox,
    clock,
    config,
    channel: (id, changes = {}, language = 'zh-CN', onUnsayable = () => undefined) =>
      createChannel({ ...config(id), ...changes }, { language, linkTo, clock, onUnsayable }),
    deadline: () => clock.now() + 10_000,
    close: () => inbox.close(),
  };
}
