import { deliverAsync } from '../../../local/host/instances/async-invocations';
import { createManualClock } from '../../stand-ins/manual-clock';

const OK = { ok: true, payload: Buffer.alloc(0) } as const;
const ERROR = {
  ok: false,
  kind: 'handled',
  error: { errorMessage: '', errorType: 'Error', stackTrace: [] },
} as const;
const THROTTLED = { ok: false, kind: 'throttled' } as const;

function deliver(
  outcomes: readonly (typeof OK | typeof ERROR | typeof THROTTLED)[],
  limits: { maxRetryAttempts: number; maxEventAgeSeconds: number },
) {
  const clock = createManualClock(0);
  const tries: number[] = [];
  const end = new AbortController();
  const invoke = () => {
    const outcome = outcomes[Math.min(tries.length, outcomes.length - 1)] ?? OK;
    tries.push(clock.now() / 1000);
    return Promise.resolve(outcome);
  };
  const result = deliverAsync(Buffer.alloc(0), { invoke, ...limits, clock, signal: end.signal });
  return { clock, tries, result, end };
}

describe('an asynchronous invocation', () => {
  const cases = [
    { name: 'that succeeds is tried once', outcomes: [OK], result: 'delivered', tries: [0] },
    { name: 'that fails is tried again', outcomes: [ERROR, OK], result: 'delivered', tries: [0, 1] },
    {
      name: 'that keeps failing ends after its tries',
      outcomes: [ERROR],
      result: 'exhausted',
      tries: [0, 1, 3, 7],
    },
    {
      name: 'that is throttled waits for its turn without using up its tries',
      outcomes: [THROTTLED, THROTTLED, THROTTLED, THROTTLED, ERROR, OK],
      result: 'delivered',
      tries: [0, 1, 3, 7, 15, 31],
    },
    {
      name: 'that is throttled for too long is dropped',
      outcomes: [THROTTLED],
      maxEventAgeSeconds: 10,
      result: 'expired',
      tries: [0, 1, 3, 7],
    },
    {
      name: 'without retries fails at once',
      outcomes: [ERROR],
      maxRetryAttempts: 0,
      result: 'exhausted',
      tries: [0],
    },
  ] as const;
  it.each(cases)('$name', async ({ outcomes, result, tries, ...limits }) => {
    const delivery = deliver(outcomes, { maxRetryAttempts: 3, maxEventAgeSeconds: 3600, ...limits });
    await delivery.clock.advance(3_600_000);
    expect(await delivery.result).toBe(result);
    expect(delivery.tries).toEqual(tries);
  });

  it('that waits ends with the host', async () => {
    const { clock, result, end } = deliver([THROTTLED], { maxRetryAttempts: 3, maxEventAgeSeconds: 3600 });
    await clock.advance(0);
    end.abort(new Error('closing'));
    await expect(result).rejects.toThrow('closing');
    expect(clock.sleepers).toBe(0);
  });
});
