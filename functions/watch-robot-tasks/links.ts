import { signTicket } from '../../shared/ticket';
import type { ChannelOptions } from './channels/channel';
import type { Configuration } from './config';

/** The links in alerts: to the page, and with a secret signed in to it. Null without QUERY_URL. */
export function createLinks({
  queryUrl,
  linkSecrets,
  linkTtl,
}: Pick<Configuration, 'queryUrl' | 'linkSecrets' | 'linkTtl'>): ChannelOptions['linkTo'] {
  if (queryUrl === null) return null;
  const page = `${queryUrl.origin}${queryUrl.pathname.replace(/\/+$/, '')}/`;
  const [secret] = linkSecrets;
  if (secret === undefined) return () => page;
  return (taskId, now) => {
    const ticket = signTicket(secret, now + linkTtl);
    // The fragment, because no server, log or link preview sees it.
    return `${page}#ticket=${ticket}${taskId === null ? '' : `&task=${encodeURIComponent(taskId.toWellFormed())}`}`;
  };
}
