import { format, type Markup } from '../../text/markup';
import type { MessageText } from '../../text/message-text';

/** The text part: no markup, and nothing that a mail program would read as any. */
const MARKUP: Markup = {
  escape: (value) => value,
  title: (text) => text,
  heading: (text) => text,
  name: (text) => text,
  line: (text, isBelow) => (isBelow ? `   ${text}` : text),
  link: (label, url) => `${label}: ${url}`,
};

export const plainPart = {
  escape: MARKUP.escape,
  render: (text: MessageText) => ({ title: text.title, text: format(text, MARKUP) }),
};
