/** How each kind of channel sends. It is loaded with the first message: a start that has nothing to tell does without. */
import { createAlertmanager } from './alertmanager/alertmanager';
import type { CreateChannel } from './channel';
import { createDingtalk } from './dingtalk';
import { createEmail } from './email/email';
import { createFeishu } from './feishu';
import type { ChannelType } from './list';
import { createSlack } from './slack';
import { createWebhook } from './webhook';
import { createWecom } from './wecom';

const SENDERS: Readonly<Record<ChannelType, CreateChannel>> = {
  dingtalk: createDingtalk,
  feishu: createFeishu,
  wecom: createWecom,
  slack: createSlack,
  webhook: createWebhook,
  alertmanager: createAlertmanager,
  email: createEmail,
};
const BY_TYPE: ReadonlyMap<string, CreateChannel> = new Map(Object.entries(SENDERS));

export const createChannel: CreateChannel = (config, options) => {
  const create = BY_TYPE.get(config.type);
  if (create === undefined) throw new Error(`There is no kind of channel ${config.type}.`);
  return create(config, options);
};
