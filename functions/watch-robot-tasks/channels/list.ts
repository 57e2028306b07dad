/** Every kind of channel there is. */
import { alertmanager } from './alertmanager/alertmanager';
import { dingtalk } from './dingtalk';
import { email } from './email/email';
import { feishu } from './feishu';
import { slack } from './slack';
import { webhook } from './webhook';
import { wecom } from './wecom';

export const CHANNEL_KINDS = [dingtalk, feishu, wecom, slack, webhook, alertmanager, email] as const;
export type ChannelType = (typeof CHANNEL_KINDS)[number]['type'];
