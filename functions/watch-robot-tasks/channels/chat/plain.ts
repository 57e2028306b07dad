import type { Markup } from '../../text/markup';
import { disarmMarkup } from '../../text/user-text';

/** No markup at all: what the chats call a text message. */
export const plain: Markup = {
  // Some chats read <at …> and <@…> even here.
  escape: (value) => disarmMarkup(value, /</g),
  title: (text) => text,
  heading: (text) => text,
  name: (text) => text,
  line: (text, isBelow) => (isBelow ? `   ${text}` : text),
  link: (label, url) => `${label}: ${url}`,
};
