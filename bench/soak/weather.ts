/** What a round of the soak has to suffer, drawn from the seed. */
import type { InboxFault } from '../../local/inbox/faults';
import type { FaultRule } from '../../local/simulator/faults/faults';
import { pickOne, type Random } from '../../local/simulator/world/random';
import { createRoundRandom, shuffle } from './draw';

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
  /** Null = it works as its kind does. */
  readonly fault: InboxFault | null;
  /** Messages arrive nevertheless, and the watch can know it. */
  readonly delivers?: true;
}

export function isDelivering({ fault, delivers }: ChannelWeather): boolean {
  return fault === null || delivers === true;
}

/**
 * no-folder: the state can neither be read nor written. full: it can be read, and nothing can be written. nearly-full: of
 * each file the beginning can be written.
 */
export type Disk = 'fine' | 'no-folder' | 'full' | 'nearly-full';

export interface Weather {
  readonly upstream: Upstream;
  readonly channels: ReadonlyMap<string, ChannelWeather>;
  readonly disk: Disk;
}

const MINUTE_MS = 60_000;

export const FINE: Upstream = { name: 'fine', rules: [], effect: 'answers' };

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
  {
    // What an instance meets when it thaws.
    name: 'a dead pool',
    rules: [{ when: { oldConnection: true }, then: { fault: 'reset', after: 'request' } }],
    effect: 'answers',
  },
  { name: 'renewed keys', rules: [], effect: 'answers', keys: 'renewed' },
];

const flaky = (name: string, then: FaultRule['then'], probability = 0.3): Upstream => ({
  name,
  rules: [{ when: { probability }, then }],
  effect: 'maybe',
});

const dead = (name: string, then: FaultRule['then']): Upstream => ({
  name,
  rules: [{ then }],
  effect: 'fails',
});

/** By the fault that each is a case of: a soak meets every one of them. */
const FAULTS: Readonly<Record<string, readonly [Upstream, ...Upstream[]]>> = {
  resets: [
    flaky('some resets', { fault: 'reset', after: 'half' }),
    flaky('some refused connections', { fault: 'reset', after: 'connect' }),
    flaky('some cut answers', { fault: 'cut' }),
    dead('all reset', { fault: 'reset', after: 'request' }),
  ],
  stalls: [
    flaky('some stalls', { fault: 'stall', after: 'half' }, 0.05),
    dead('all stalled', { fault: 'stall', after: 'request' }),
    {
      name: 'a pool that stalls',
      rules: [{ when: { oldConnection: true }, then: { fault: 'stall', after: 'request' } }],
      effect: 'maybe',
    },
  ],
  throttling: [
    flaky('some throttling', { fault: 'code', code: 'Throttling.User', httpStatus: 400 }),
    dead('all throttled', { fault: 'code', code: 'Throttling.User', httpStatus: 400 }),
  ],
  nonsense: [
    flaky('some 502', { fault: 'broken', as: 'html-502' }),
    dead('a list in place of an answer', { fault: 'broken', as: 'array' }),
    dead('half an answer', { fault: 'broken', as: 'truncated-json' }),
    dead('an answer without Code', { fault: 'broken', as: 'no-code' }),
    dead('Data that is no JSON', { fault: 'data', value: '[{"id":' }),
    dead('an answer nested 50,000 deep', { fault: 'raw', body: '['.repeat(50_000) }),
  ],
  'wrong codes': [
    dead('a wrong code', { fault: 'code', code: 'isp.UNKNOWN', httpStatus: 200 }),
    dead('no permission', { fault: 'code', code: 'Forbidden.RAM', httpStatus: 403 }),
    dead('arrears', { fault: 'code', code: 'isv.OUT_OF_SERVICE', httpStatus: 200 }),
  ],
  'slow bodies': [flaky('a slow body', { fault: 'trickle', bytes: 400, everyMs: 5 }, 1)],
  'expired keys': [{ name: 'expired keys', rules: [], effect: 'fails', keys: 'expired' }],
  'a wrong clock': [dead('a clock 16 minutes off', { fault: 'clock-skew', ms: 16 * MINUTE_MS })],
};

/** Each second round suffers a fault, one of each kind before any comes again. */
export const ROUNDS_TO_MEET_ALL = 2 * Object.keys(FAULTS).length;

const DENYING: Upstream = {
  name: 'knows no task by its id',
  rules: [{ then: { fault: 'unknown-id' } }],
  effect: 'maybe',
  deniesTasks: true,
};

export const WORKS: ChannelWeather = { name: 'works', fault: null };
/** Of a webhook, any 200 is an OK. */
const AT_LENGTH: ChannelWeather = {
  name: 'answers at length',
  fault: { fault: 'long-answer' },
  delivers: true,
};

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

/** Whatever happened before: the same round of the same seed has the same weather. */
export function drawWeather(
  seed: number,
  round: number,
  channels: readonly string[],
  webhooks: readonly string[],
): Weather {
  const random = createRoundRandom(seed, round, 'weather');
  return {
    upstream: round % 2 === 0 ? drawFault(seed, round, random) : drawMildUpstream(random),
    channels: new Map(channels.map((id) => [id, drawChannel(random, webhooks.includes(id))])),
    disk: drawDisk(random),
  };
}

/** Nothing is wrong. */
export function calm(channels: readonly string[]): Weather {
  return { upstream: FINE, channels: new Map(channels.map((id) => [id, WORKS])), disk: 'fine' };
}

function drawFault(seed: number, round: number, random: Random): Upstream {
  // The first round is a calm one.
  const cycle = Math.floor((round - 1) / ROUNDS_TO_MEET_ALL);
  const place = Math.floor(((round - 1) % ROUNDS_TO_MEET_ALL) / 2);
  const order = shuffle(createRoundRandom(seed, cycle, 'order of faults'), Object.values(FAULTS));
  return pickOne(random, order[place] ?? [FINE]);
}

function drawMildUpstream(random: Random): Upstream {
  const roll = random();
  if (roll < 0.5) return FINE;
  return roll < 0.9 ? pickOne(random, QUIRKS) : DENYING;
}

function drawChannel(random: Random, isWebhook: boolean): ChannelWeather {
  const roll = random();
  if (roll < 0.66) return WORKS;
  if (roll < 0.72) return isWebhook ? AT_LENGTH : WORKS;
  return pickOne(random, roll < 0.98 ? CHANNEL_FAULTS : SLOW_CHANNEL_FAULTS);
}

function drawDisk(random: Random): Disk {
  return random() < 0.8 ? 'fine' : pickOne(random, ['no-folder', 'full', 'nearly-full']);
}
