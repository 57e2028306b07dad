/** Any text at all as a variable's value: a configuration, or an error that names the variable and repeats nothing. */
import fc from 'fast-check';
import { anyCharacter } from '../stand-ins/any-character';
import { readConfiguration as readQuery } from '../../functions/query-robot-tasks/config';
import {
  configurationSecrets,
  readConfiguration as readWatch,
} from '../../functions/watch-robot-tasks/config';
import { ConfigurationError, type Environment } from '../../shared/runtime/environment';

const CHANNEL = '[{"type":"slack","url":"https://hooks.slack.com/services/T0/B0/c0ffee"}]';

interface Function {
  readonly name: string;
  readonly read: (env: Environment) => unknown;
  readonly variables: readonly string[];
  readonly base: Environment;
}

const FUNCTIONS: readonly Function[] = [
  {
    name: 'query-robot-tasks',
    read: readQuery,
    variables: [
      'TASK_SOURCE',
      'DYVMSAPI_ENDPOINT',
      'AICCS_ENDPOINT',
      'LOG_LEVEL',
      'HTTP_AUTH',
      'API_TOKENS',
      'CORS_ORIGINS',
    ],
    base: {},
  },
  {
    name: 'watch-robot-tasks',
    read: (env) => {
      const configuration = readWatch(env);
      // What the log is to mask must be found for whatever was accepted.
      return { configuration, secrets: configurationSecrets(configuration) };
    },
    variables: [
      ...[
        'TASK_SOURCE',
        'DYVMSAPI_ENDPOINT',
        'AICCS_ENDPOINT',
        'LOG_LEVEL',
        'WATCH_STATUSES',
        'ALERT_CHANNELS',
        'ALERT_REPEAT_INTERVAL',
      ],
      ...[
        'ALERT_PENDING',
        'ALERT_LANGUAGE',
        'STATE_STORE',
        'TABLESTORE_ENDPOINT',
        'HEARTBEAT_URL',
        'QUERY_URL',
      ],
    ],
    base: { ALERT_CHANNELS: CHANNEL },
  },
];

/** The error's message, or null when there is a configuration. Anything but a ConfigurationError is thrown on. */
function complaint(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}

/** Long enough not to be in our own sentences by chance. */
const MARK = 'MARKEDVALUE';
const text = fc.oneof(fc.string({ unit: anyCharacter }), fc.string({ unit: 'grapheme' }), fc.json());
const hostile = fc
  .tuple(
    fc.constantFrom(
      ...[
        '',
        'https://',
        'http://127.0.0.1:1/',
        'file:',
        'tablestore://',
        'SYSTEM_STOP=',
        'SYSTEM_STOP,',
        '[',
        '{',
      ],
      ...[
        '[{"__proto__":',
        '[{"type":"webhook","url":"https://a","secret":"',
        'whsec_',
        '1h',
        '-',
        '99999999999999d',
      ],
    ),
    text,
    fc.constantFrom('', '"}]', ']', '/', '\0', '\r\nx: y', '\ud800', '\u202e', '=1d', ',', '@a:b@c'),
  )
  .map(([before, inside, after]) => `${before}${MARK}${inside}${after}`);

describe.each(FUNCTIONS)('$name', ({ read, variables, base }) => {
  it('takes or refuses any value, and repeats none', () => {
    fc.assert(
      fc.property(fc.constantFrom(...variables), hostile, (variable, value) => {
        const message = complaint(() => read({ ...base, [variable]: value }));
        expect(message ?? '').not.toContain(MARK);
        if (message !== null) expect(message).toContain(variable);
      }),
      { numRuns: 400 },
    );
  });

  it('takes or refuses any values together', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...variables, '__proto__'), hostile), (env) => {
        expect(complaint(() => read({ ...base, ...env })) ?? '').not.toContain(MARK);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    { name: 'nested 100,000 deep', value: '['.repeat(100_000) + MARK },
    { name: 'nested in objects', value: `[${'{"mention":'.repeat(20_000)}${MARK}` },
    { name: 'a million digits', value: `${'9'.repeat(1e6)}d${MARK}` },
    { name: 'a million commas', value: `${','.repeat(1e6)}${MARK}` },
    { name: 'a long host', value: `https://${'a.'.repeat(1e5)}${MARK}` },
    {
      name: 'a long secret',
      value: `[{"type":"webhook","url":"https://a","secret":"${'whsec_AAAAAAAA '.repeat(5e4)}${MARK}"}]`,
    },
    { name: 'ten thousand channels', value: `[${'{"type":"slack","url":"x"},'.repeat(1e4)}"${MARK}"]` },
  ])('takes or refuses $name in every variable', ({ value }) => {
    for (const variable of variables) {
      expect(complaint(() => read({ ...base, [variable]: value })) ?? '').not.toContain(MARK);
    }
  });
});
