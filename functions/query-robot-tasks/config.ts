import {
  createEnvironmentReader,
  endpointUrl,
  list,
  oneOf,
  type Environment,
} from '../../shared/runtime/environment';
import { parseStateStore, type StateStoreLocation } from '../../shared/documents/location';
import { readSourceSettings, type SourceSettings } from '../../shared/task-source';
import { parseLinkSecrets } from '../../shared/ticket';
import { LOG_LEVELS, type LogLevel } from '../../shared/runtime/log';
import { parseOperatorTokens, parseTokens, type OperatorToken } from './tokens';

export interface Configuration extends SourceSettings {
  readonly logLevel: LogLevel;
  /** token: a Bearer token of `tokens`. gateway: who comes here has been let in by the trigger's authType. */
  readonly auth: 'token' | 'gateway';
  readonly tokens: readonly string[];
  /** They may start tasks, take and mute them as well. */
  readonly operators: readonly OperatorToken[];
  /** Each lets in who has a ticket that it signed. */
  readonly linkSecrets: readonly string[];
  readonly store: StateStoreLocation;
  readonly tablestoreEndpoint: URL | null;
  /** As a browser writes an Origin header. */
  readonly corsOrigins: readonly string[];
}

/** Throws a ConfigurationError that names every wrong variable and repeats no value. */
export function readConfiguration(env: Environment): Configuration {
  const reader = createEnvironmentReader(env);
  const configuration: Configuration = {
    ...readSourceSettings(reader),
    logLevel: reader.read('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
    auth: reader.read('HTTP_AUTH', oneOf(['token', 'gateway']), 'token'),
    tokens: reader.read('API_TOKENS', parseTokens, []),
    operators: reader.read('OPERATOR_TOKENS', parseOperatorTokens, []),
    linkSecrets: reader.read<readonly string[]>('LINK_SECRET', parseLinkSecrets, []),
    store: reader.read<StateStoreLocation>('STATE_STORE', parseStateStore, { kind: 'memory' }),
    tablestoreEndpoint: reader.read<URL | null>('TABLESTORE_ENDPOINT', endpointUrl, null),
    corsOrigins: reader.read('CORS_ORIGINS', parseOrigins, []),
  };
  reader.check();
  return configuration;
}

function parseOrigins(value: string): string[] {
  const origins = list(value);
  if (!origins.every(isOrigin)) {
    throw new Error(
      'must be origins as a browser sends them, separated by commas: https://dashboard.example.com, in lower case, with no path',
    );
  }
  return origins;
}

function isOrigin(value: string): boolean {
  // A browser sends no star: as a pattern it would silently match nobody.
  return /^https?:[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;
}
