/**
 * The shape of one fc3 function's `props` in s.yaml, as far as the local host acts on it. Every other property
 * passes: whether its name is right is for Serverless Devs to say. Defaults are fc3's, https://github.com/devsapp/fc3.
 */
import * as v from 'valibot';
import { parseSchedule } from '../../../shared/schedule';

const text = v.pipe(v.string(complaint('text')), v.nonEmpty('must not be empty'));

/** `${env('X', '5')}` gives text where s.yaml may as well hold a number. */
function number(minimum: number, maximum: number) {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))], message),
    v.integer(message),
    v.minValue(minimum, message),
    v.maxValue(maximum, message),
  );
}

const flag = v.union(
  [
    v.boolean(),
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((value) => value === 'true'),
    ),
  ],
  'must be true or false',
);

const handler = v.pipe(
  v.string(complaint('text')),
  v.regex(/^[\w/-]+\.\w+$/, 'must name a file and its export, such as index.handler'),
);

const AUTH_TYPES = ['anonymous', 'function', 'jwt'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'] as const;

const httpTrigger = v.pipe(
  object({
    triggerName: text,
    triggerType: v.literal('http'),
    triggerConfig: object({
      authType: v.optional(v.picklist(AUTH_TYPES, `must be one of ${AUTH_TYPES.join(', ')}`), 'anonymous'),
      methods: v.optional(
        v.array(v.picklist(METHODS, `must be one of ${METHODS.join(', ')}`), complaint('a list')),
        ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH'],
      ),
    }),
  }),
  v.transform(({ triggerName, triggerConfig }) => ({
    type: 'http' as const,
    name: triggerName,
    authType: triggerConfig.authType,
    methods: triggerConfig.methods,
  })),
);

const timerTrigger = v.pipe(
  object({
    triggerName: text,
    triggerType: v.literal('timer'),
    triggerConfig: object({
      cronExpression: v.pipe(
        text,
        v.rawCheck(({ dataset, addIssue }) => {
          if (!dataset.typed) return;
          try {
            parseSchedule(dataset.value);
          } catch (error) {
            addIssue({ message: (error as Error).message });
          }
        }),
      ),
      enable: v.optional(flag, true),
      payload: v.optional(v.string(complaint('text')), ''),
    }),
  }),
  v.transform(({ triggerName, triggerConfig }) => ({
    type: 'timer' as const,
    name: triggerName,
    cronExpression: triggerConfig.cronExpression,
    enabled: triggerConfig.enable,
    payload: triggerConfig.payload,
  })),
);

const trigger = v.variant(
  'triggerType',
  [httpTrigger, timerTrigger],
  'must be http or timer for the local host',
);

export type Trigger = v.InferOutput<typeof trigger>;
export type HttpTrigger = Extract<Trigger, { type: 'http' }>;
export type TimerTrigger = Extract<Trigger, { type: 'timer' }>;

export const propsSchema = object({
  functionName: v.pipe(
    text,
    v.regex(
      /^[A-Za-z_][\w-]{0,63}$/,
      'must be letters, digits, _ and -, and must not start with a digit or -',
    ),
  ),
  region: text,
  handler,
  code: text,
  timeout: v.optional(number(1, 86_400), 3),
  memorySize: v.optional(number(128, 32_768), 512),
  role: v.optional(v.string(complaint('text')), ''),
  environmentVariables: v.optional(
    v.record(v.string(), v.string('must be text: put the value in quotes'), complaint('a mapping')),
    {},
  ),
  instanceLifecycleConfig: v.optional(
    object({ initializer: v.optional(object({ handler, timeout: v.optional(number(1, 300), 3) })) }),
  ),
  concurrencyConfig: v.optional(object({ reservedConcurrency: v.optional(number(0, 100_000)) }), {}),
  asyncInvokeConfig: v.optional(
    object({
      maxAsyncRetryAttempts: v.optional(number(0, 8), 3),
      maxAsyncEventAgeInSeconds: v.optional(number(1, 604_800), 86_400),
    }),
    {},
  ),
  triggers: v.optional(v.array(trigger, complaint('a list')), []),
});

/** A mapping whose unknown keys pass. Its own complaints are about a key that is not there, or about no mapping. */
function object<T extends v.ObjectEntries>(entries: T) {
  return v.object(entries, (issue) => (issue.path === undefined ? 'must be a mapping' : 'is missing'));
}

function complaint(kind: string): string {
  return `must be ${kind}`;
}
