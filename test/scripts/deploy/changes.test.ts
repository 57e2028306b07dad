import { changesOf, type DeployedFunction } from '../../../scripts/deploy/changes';
import type { DeclaredFunction } from '../../../scripts/function-set';

const TIMER = { cronExpression: '@every 1m', enable: true, payload: '' };
const DECLARED: DeclaredFunction = {
  resource: 'watch-robot-tasks',
  name: 'watch-robot-tasks',
  region: 'cn-hangzhou',
  role: 'robot-task-watch',
  vcpu: 0.35,
  memoryMb: 512,
  environment: { LOG_LEVEL: 'info', HEARTBEAT_URL: '' },
  authTypes: [],
  schedules: ['@every 1m'],
  props: {
    cpu: 0.35,
    memorySize: 512,
    timeout: '50',
    concurrencyConfig: { reservedConcurrency: 1 },
    asyncInvokeConfig: { maxAsyncRetryAttempts: 0 },
    triggers: [{ triggerName: 'timer', triggerType: 'timer', triggerConfig: TIMER }],
  },
};
const DEPLOYED: DeployedFunction = {
  properties: { cpu: 0.35, memorySize: 512, timeout: 50, role: 'acs:ram::1:role/robot-task-watch' },
  environment: { LOG_LEVEL: 'info' },
  triggers: [{ name: 'timer', type: 'timer', config: { ...TIMER } }],
  asyncInvokeConfig: { maxAsyncRetryAttempts: 0 },
  reservedConcurrency: 1,
  minInstances: 0,
};

test.each<{ name: string; deployed: DeployedFunction | null; lines: string[] }>([
  { name: 'is what s.yaml says', deployed: DEPLOYED, lines: [] },
  { name: 'is not there', deployed: null, lines: ['is new'] },
  {
    name: 'has other settings',
    deployed: { ...DEPLOYED, environment: { LOG_LEVEL: 'a-secret', QUERY_URL: 'another-secret' } },
    lines: ['changed settings: LOG_LEVEL', 'settings taken away: QUERY_URL'],
  },
  { name: 'has none', deployed: { ...DEPLOYED, environment: {} }, lines: ['new settings: LOG_LEVEL'] },
  {
    name: 'was given memory in the console',
    deployed: { ...DEPLOYED, properties: { ...DEPLOYED.properties, memorySize: 1024 } },
    lines: ['memorySize is 1024 there and becomes 512'],
  },
  {
    name: 'was given another role in the console',
    deployed: { ...DEPLOYED, properties: { ...DEPLOYED.properties, role: 'acs:ram::1:role/mighty' } },
    lines: ['its role is mighty there and becomes robot-task-watch'],
  },
  {
    name: 'has a timer that was disabled in the console',
    deployed: {
      ...DEPLOYED,
      triggers: [{ name: 'timer', type: 'timer', config: { ...TIMER, enable: false } }],
    },
    lines: ['its trigger timer is disabled there, and will run again'],
  },
  {
    name: 'has another schedule and a payload',
    deployed: {
      ...DEPLOYED,
      triggers: [
        {
          name: 'timer',
          type: 'timer',
          config: { ...TIMER, cronExpression: '@every 5m', payload: 'a-secret' },
        },
      ],
    },
    lines: [
      'cronExpression of its trigger timer is @every 5m there and becomes @every 1m',
      'the payload of its trigger timer',
    ],
  },
  {
    name: 'has no trigger',
    deployed: { ...DEPLOYED, triggers: [] },
    lines: ['a new trigger: timer (timer)'],
  },
  {
    name: 'lost its single writer and got instances',
    deployed: { ...DEPLOYED, reservedConcurrency: null, minInstances: 2, asyncInvokeConfig: {} },
    lines: [
      'maxAsyncRetryAttempts is not set there and becomes 0',
      'reservedConcurrency is not set there and becomes 1',
      'a minimum of 2 instances is set there, and will be taken away',
    ],
  },
  {
    name: 'cannot be looked at in part',
    deployed: {
      ...DEPLOYED,
      triggers: undefined,
      asyncInvokeConfig: undefined,
      reservedConcurrency: undefined,
      minInstances: 0,
    },
    lines: [],
  },
])('Of a function that $name, a deploy changes $lines', ({ deployed, lines }) => {
  expect(changesOf(DECLARED, deployed)).toEqual({ lines, notes: [] });
});

test('A trigger that s.yaml does not know is noted: a deploy leaves it', () => {
  const triggers = [...(DEPLOYED.triggers ?? []), { name: 'mine', type: 'http', config: {} }];
  expect(changesOf(DECLARED, { ...DEPLOYED, triggers })).toEqual({
    lines: [],
    notes: ['watch-robot-tasks has a trigger mine that s.yaml does not know: it stays.'],
  });
});
