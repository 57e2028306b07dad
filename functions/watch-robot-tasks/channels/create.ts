import type { Clock } from '../../../shared/clock';
import type { Language } from '../text/words';
import type { Channel, ChannelType } from './channel';
import type { ChannelConfig } from './config';
import { createDingTalk } from './dingtalk';
import { createFeishu } from './feishu';
import { createSlack } from './slack';
import { createWebhook } from './webhook';
import { createWeCom } from './wecom';

export interface ChannelOptions {
  readonly language: Language;
  /** QUERY_URL, the base URL of the query endpoint; null when it is not set. */
  readonly queryUrl: string | null;
  readonly clock: Clock;
}

const FACTORIES: Readonly<Record<ChannelType, (config: ChannelConfig, options: ChannelOptions) => Channel>> =
  {
    dingtalk: createDingTalk,
    feishu: createFeishu,
    wecom: createWeCom,
    slack: createSlack,
    webhook: createWebhook,
  };

export function createChannel(config: ChannelConfig, options: ChannelOptions): Channel {
  return FACTORIES[config.type](config, options);
}
