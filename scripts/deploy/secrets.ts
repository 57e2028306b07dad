import { tokenSecrets } from '../../functions/query-robot-tasks/tokens';
import { channelSecrets, parseChannels } from '../../functions/watch-robot-tasks/channels/config';
import { list } from '../../shared/runtime/environment';
import { urlSecrets } from '../../shared/runtime/url-secrets';
import type { DeclaredFunction } from '../function-set';

/** All that a function's environment holds and nobody may see. */
export function secretsOf({ environment }: DeclaredFunction): string[] {
  const value = (name: string) => environment[name]?.trim() ?? '';
  const heartbeat = value('HEARTBEAT_URL');
  return [
    ...['API_TOKENS', 'OPERATOR_TOKENS'].flatMap((name) => tokenSecrets(value(name))),
    ...list(value('LINK_SECRET')),
    ...(URL.canParse(heartbeat) ? urlSecrets(new URL(heartbeat)) : []),
    ...channelsOf(value('ALERT_CHANNELS')),
  ];
}

function channelsOf(value: string): string[] {
  try {
    return value === '' ? [] : [value, ...parseChannels(value).flatMap((channel) => channelSecrets(channel))];
  } catch {
    return [value];
  }
}
