/** What the four chats have in common: a message becomes text in the chat's markup, cut to what the chat takes. */
import { fitMessage } from '../text/fit';
import { isPressing, type MessageText, type TextOptions } from '../text/message-text';
import type { Message } from '../message';
import type { ChannelConfig } from './config';
import type { ChannelOptions } from './create';

/** Longer than any sensible one: it would leave a small chat no room for the alert. */
const MAX_LINK = 500;

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
  const textOptions: TextOptions = {
    language: options.language,
    channel: config.id,
    link: stoppedTasksLink(options.queryUrl),
    escape,
  };
  return fitMessage(message, textOptions, render, fits);
}

/** Whom this message mentions: only one that somebody should look at now mentions anybody. */
export function mentioned(message: Message, config: ChannelConfig): readonly string[] {
  return isPressing(message) ? config.mention : [];
}

function stoppedTasksLink(queryUrl: string | null): string | null {
  if (queryUrl === null) return null;
  const url = new URL(queryUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/tasks`;
  url.search = '?status=stopped';
  url.hash = '';
  // Parentheses would end a markdown link.
  const link = url.href.replaceAll('(', '%28').replaceAll(')', '%29');
  return link.length <= MAX_LINK ? link : null;
}
