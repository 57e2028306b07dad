import {
  createEnvironmentReader,
  endpointUrl,
  list,
  oneOf,
  type Environment,
} from '../../shared/environment';
import { LOG_LEVELS, type LogLevel } from '../../shared/log';

export interface Configuration {
  readonly endpoint: URL;
  readonly logLevel: LogLevel;
  /** token: a Bearer token of `tokens`. gateway: who comes here has been let in by the trigger's authType. */
  readonly auth: 'token' | 'gateway';
  readonly tokens: readonly string[];
  /** As a browser writes an Origin header. */
  readonly corsOrigins: readonly string[];
}

/** Throws a ConfigurationError that names every wrong variable and repeats no value. */
export function readConfiguration(env: Environment): Configuration {
  const reader = createEnvironmentReader(env);
  const configuration: Configuration = {
    endpoint: reader.read('DYVMSAPI_ENDPOINT', endpointUrl, new URL('https://dyvmsapi.aliyuncs.com')),
    logLevel: reader.read('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
    auth: reader.read('HTTP_AUTH', oneOf(['token', 'gateway']), 'token'),
    tokens: reader.read('API_TOKENS', parseTokens, []),
    corsOrigins: reader.read('CORS_ORIGINS', parseOrigins, []),
  };
  reader.check();
  return configuration;
}

function parseTokens(value: string): string[] {
  const tokens = list(value);
  if (!tokens.every((token) => /^[\x21-\x7e]+$/.test(token))) {
    throw new Error('must be tokens of visible ASCII characters, separated by commas');
  }
  return tokens;
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
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value;
}
