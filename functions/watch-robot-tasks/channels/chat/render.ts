/** What the chats have in common: a message becomes text in the chat's markup, cut to what the chat takes. */
import type { Message } from '../../rules/message';
import { fitMessage } from '../../text/fit';
import { isPressing, type MessageText } from '../../text/message-text';
import type { ChannelConfig, ChannelOptions } from '../channel';

/** Renders `message` by `render` in as much detail as `fits`. `escape` is the one of the markup that `render` writes. */
export function renderMessage<T>(
  message: Message,
  config: ChannelConfig,
  options: ChannelOptions,
  {
    escape,
    render,
    fits,
  }: {
    readonly escape: (value: string) => string;
    readonly render: (text: MessageText) => T;
    readonly fits: (rendered: T) => boolean;
  },
): T {
  return fitMessage(message, { ...options, channel: config.id, escape }, render, fits);
}

/** Whom this message mentions: only one that somebody should look at now mentions anybody. */
export function mentioned(message: Message, config: ChannelConfig): readonly string[] {
  return isPressing(message) ? config.mention : [];
}
