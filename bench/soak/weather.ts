/** What a round of the soak has to suffer, drawn from the seed. */
import type { InboxFault } from '../../local/inbox/faults';
import type { FaultRule } from '../../local/simulator/faults';
import { pickOne, type Random } from '../../local/simulator/random';

export interface Upstream {
  readonly name: string;
  readonly rules: readonly FaultRule[];
  /** answers: every answer is right, however it is written. maybe: some are. fails: none is. */
  readonly effect: 'answers' | 'maybe' | 'fails';
  /** It says for now that it knows no task by its id. */
  readonly deniesTasks?: boolean;
  /** expired: the functions still sign with keys whose time is over. renewed: the old keys end, and they have new ones. */
  readonly keys?: 'expired' | 'renewed';
}

export interface ChannelWeather {
  readonly name: string;
  /** Null = it works. */
  readonly fault: InboxFault | null;
}

/** no-folder: the state can neither be read nor written. full: it can be read, and not written. */
export type Disk = 'fine' | 'no-folder' | 'full';

export interface Weather {
  readonly upstream: Upstream;
  readonly channels: ReadonlyMap<string, ChannelWeather>;
  readonly disk: Disk;
}

const MINUTE_MS = 60_000;

const FINE: Upstream = { name: 'fine', rules: [], effect: 'answers' };

const QUIRKS: readonly Upstream[] = [
  { name: 'small pages', rules: [{ then: { fault: 'clamp-page-size', max: 7 } }], effect: 'answers' },
  {
    name: 'small pages without a total',
    rules: [{ then: { fault: 'clamp-page-size', max: 9 } }, { then: { fault: 'omit-total' } }],
    effect: 'answers',
  },
  { name: 'no paging', rules: [{ then: { fault: 'omit-paging' } }], effect: 'answers' },
  { name: 'Data as an array', rules: [{ then: { fault: 'data-as-array' } }], effect: 'answers' },
  {
    name: 'jitter',
    rules: [{ then: { fault: 'delay', ms: 5, jitterMs: 60 } }],
    effect: 'answers',
  },
  { name: 'renewed keys', rules: [], effect: 'answers', keys: 'renewed' },
];

const flaky = (name: string, then: FaultRule['then'], probability = 0.3): Upstream => ({
  name,
  rules: [{ when: { probability }, then }],
  effect: 'maybe',
});

const FLAKY: readonly Upstream[] = [
  flaky('some resets', { fault: 'reset', after: 'half' }),
  flaky('some refused connections', { fault: 'reset', after: 'connect' }),
  flaky('some 502', { fault: 'broken', as: 'html-502' }),
  flaky('some throttling', { fault: 'code', code: 'Throttling.User', httpStatus: 400 }),
  flaky('some cut answers', { fault: 'cut' }),
  flaky('a slow body', { fault: 'trickle', bytes: 400, everyMs: 5 }, 1),
  flaky('some stalls', { fault: 'stall', after: 'half' }, 0.05),
];

const dead = (name: string, then: FaultRule['then']): Upstream => ({
  name,
  rules: [{ then }],
  effect: 'fails',
});

const DEAD: readonly Upstream[] = [
  dead('all reset', { fault: 'reset', after: 'request' }),
  dead('all throttled', { fault: 'code', code: 'Throttling.User', httpStatus: 400 }),
  dead('a wrong code', { fault: 'code', code: 'isp.UNKNOWN', httpStatus: 200 }),
  dead('no permission', { fault: 'code', code: 'Forbidden.RAM', httpStatus: 403 }),
  dead('arrears', { fault: 'code', code: 'isv.OUT_OF_SERVICE', httpStatus: 200 }),
  dead('a list in place of an answer', { fault: 'broken', as: 'array' }),
  dead('half an answer', { fault: 'broken', as: 'truncated-json' }),
  dead('an answer without Code', { fault: 'broken', as: 'no-code' }),
  dead('Data that is no JSON', { fault: 'data', value: '[{"id":' }),
  dead('an answer nested 50,000 deep', { fault: 'raw', body: '['.repeat(50_000) }),
  dead('a clock 16 minutes off', { fault: 'clock-skew', ms: 16 * MINUTE_MS }),
  { name: 'expired keys', rules: [], effect: 'fails', keys: 'expired' },
];

const STALLED = dead('all stalled', { fault: 'stall', after: 'request' });

const DENYING: Upstream = {
  name: 'knows no task by its id',
  rules: [
    {
      when: { action: 'QueryRobotTaskDetail' },
      then: { fault: 'code', code: '100008.0', httpStatus: 200 },
    },
  ],
  effect: 'maybe',
  deniesTasks: true,
};

const WORKS: ChannelWeather = { name: 'works', fault: null };

const CHANNEL_FAULTS: readonly ChannelWeather[] = [
  { name: 'refuses', fault: { fault: 'answer', status: 403, body: '{"error":"forbidden"}' } },
  { name: 'is broken', fault: { fault: 'answer', status: 500, body: '<html>' } },
  {
    name: 'answers nonsense',
    fault: { fault: 'answer', status: 300, headers: { 'retry-after': '-' }, body: '[[' },
  },
  { name: 'throttles', fault: { fault: 'throttle' } },
  { name: 'resets', fault: { fault: 'reset' } },
  { name: 'loses its answers', fault: { fault: 'lost-answer' } },
];

/** Cost seconds each, for the poll waits as long as it may. */
const SLOW_CHANNEL_FAULTS: readonly ChannelWeather[] = [
  { name: 'stalls', fault: { fault: 'stall' } },
  { name: 'answers byte by byte', fault: { fault: 'trickle' } },
];

/** `mayDeny`: whether upstream may for once deny a task that it has. Three times in a row would be believed. */
export function drawWeather(random: Random, channels: readonly string[], mayDeny: boolean): Weather {
  return {
    upstream: drawUpstream(random, mayDeny),
    channels: new Map(channels.map((id) => [id, drawChannel(random)])),
    disk: drawDisk(random),
  };
}

/** Nothing is wrong. */
export function calm(channels: readonly string[]): Weather {
  return { upstream: FINE, channels: new Map(channels.map((id) => [id, WORKS])), disk: 'fine' };
}

function drawUpstream(random: Random, mayDeny: boolean): Upstream {
  const roll = random();
  if (roll < 0.35) return FINE;
  if (roll < 0.6) return pickOne(random, QUIRKS);
  if (roll < 0.75) return pickOne(random, FLAKY);
  if (roll < 0.92) return pickOne(random, DEAD);
  if (roll < 0.94) return STALLED;
  return mayDeny ? DENYING : FINE;
}

function drawChannel(random: Random): ChannelWeather {
  const roll = random();
  if (roll < 0.72) return WORKS;
  return pickOne(random, roll < 0.98 ? CHANNEL_FAULTS : SLOW_CHANNEL_FAULTS);
}

function drawDisk(random: Random): Disk {
  const roll = random();
  if (roll < 0.8) return 'fine';
  return roll < 0.9 ? 'no-folder' : 'full';
}
