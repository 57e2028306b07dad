/** Every kind of channel there is. */
import { alertmanager } from './alertmanager/alertmanager';
import type { ChannelConfig, ChannelKind } from './channel';
import { dingtalk } from './dingtalk';
import { email } from './email/email';
import { feishu } from './feishu';
import { slack } from './slack';
import { webhook } from './webhook';
import { wecom } from './wecom';

export const CHANNEL_KINDS = [dingtalk, feishu, wecom, slack, webhook, alertmanager, email] as const;
export type ChannelType = (typeof CHANNEL_KINDS)[number]['type'];

/** The kind of a channel whose settings were checked. */
export function kindOf({ type }: Pick<ChannelConfig, 'type'>): ChannelKind {
  const kind = CHANNEL_KINDS.find((known) => known.type === type);
  if (kind === undefined) throw new Error(`There is no kind of channel ${type}.`);
  return kind;
}
