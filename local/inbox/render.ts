import { wrap } from '../../scripts/wrap';
import { beijingMinute } from '../../shared/beijing-time';
import type { InboxMessage } from './inbox';
import type { InboxType } from './robot';

const BORDER = '│ ';

const NAMES: Readonly<Record<InboxType, string>> = {
  dingtalk: 'DingTalk',
  feishu: 'Feishu',
  wecom: 'WeCom',
  slack: 'Slack',
  webhook: 'Webhook',
  alertmanager: 'Alertmanager',
  email: 'E-mail',
};

/**
 * The message in a box of plain text, for a terminal of `width` columns. No control character of a task's name reaches it.
 */
export function renderMessage(message: InboxMessage, width = Infinity): string {
  const head = `${NAMES[message.type]} · ${message.channel} · ${beijingMinute(message.receivedAt)} Beijing`;
  const lines = message.text
    .split('\n')
    .map((line) => line.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' '))
    .flatMap((line) => wrap(line, width - BORDER.length))
    .map((line) => `${BORDER}${line}`.trimEnd());
  const mentions = message.mentions.map((id) => `@${id}`).join(' ');
  return [`╭─ ${head}`, ...lines, mentions === '' ? '╰─' : `╰─ notifies ${mentions}`].join('\n');
}
