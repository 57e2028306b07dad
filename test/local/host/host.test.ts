import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHost } from '../../../local/host/host';
import { HostError } from '../../../local/host/host-error';
import { createManualClock, type ManualClock } from '../../stand-ins/manual-clock';
import { createProbeHost, PROBE_SPEC, type ProbeHost } from './probe-host';

const START = Date.UTC(2026, 0, 1);
const open: { close(): Promise<void> }[] = [];

async function start(options: Parameters<typeof createProbeHost>[0]): Promise<ProbeHost> {
  const host = await createProbeHost(options);
  open.push(host);
  return host;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.close()));
});

/** Resolves when the host has told of `count` calls by timers. */
async function ticks(host: ProbeHost, count: number): Promise<void> {
  const told = () => host.calls.filter(({ trigger }) => trigger === 'timer').length;
  while (told() < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a host', () => {
  it('resolves s.yaml once it knows its own address', async () => {
    const host = await start({ environment: (url: string) => ({ GREETING: url }) });
    expect(await host.command('probe', { do: 'describe' })).toContain(`"GREETING":"${host.url}"`);
  });

  it('does not start on a port that is taken, and says so', async () => {
    const first = await start({});
    const port = Number(new URL(first.url).port);
    const second = createHost({ specFile: PROBE_SPEC, environment: () => ({}), port });
    await expect(second).rejects.toThrow(HostError);
    await expect(second).rejects.toThrow(
      new RegExp(`^Cannot listen on port ${port} .* --port 0 takes any free one\\.$`),
    );
  });

  it('does not start without bundles, and frees its port', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'host-'));
    const props = 'functionName: f, region: r, handler: index.handler, code: ./none';
    const specFile = path.join(folder, 's.yaml');
    await writeFile(
      specFile,
      `edition: 3.0.0\nname: n\nresources:\n  f: {component: fc3, props: {${props}}}\n`,
    );
    let url = '';
    const environment = (known: string) => {
      url = known;
      return {};
    };
    await expect(createHost({ specFile, environment, port: 0 })).rejects.toThrow(/Run npm run build\.$/);
    await start({ port: Number(new URL(url).port) });
    await rm(folder, { recursive: true });
  });

  it('does not start when whoever gives the keys refuses', async () => {
    const refuse = () => {
      throw new HostError('There are no keys.');
    };
    await expect(start({ credentials: refuse })).rejects.toThrow('There are no keys.');
  });

  it('gives keys of the environment to the environment only', async () => {
    const keys = { accessKeyId: 'LTAI', accessKeySecret: 'hush' };
    const host = await start({ credentials: () => ({ environment: keys }) });
    const described = JSON.parse(await host.command('probe', { do: 'describe' })) as {
      environment: Record<string, string>;
      context: { credentials: unknown };
    };
    expect(described.environment['ALIBABA_CLOUD_ACCESS_KEY_ID']).toBe('LTAI');
    expect(described.environment['ALIBABA_CLOUD_SECURITY_TOKEN']).toBeUndefined();
    expect(described.context.credentials).toEqual({});
  });

  it('ends every process and every call that runs when it is closed', async () => {
    const host = await start({});
    const pid = (JSON.parse(await host.command('probe', { do: 'count' })) as { pid: number }).pid;
    const calls = host.calls.length;
    const running = host.invoke('probe', JSON.stringify({ do: 'spin' }));
    const waiting = fetch(`${host.url}/_invoke/roleless`, { method: 'POST', body: '{"do":"hang"}' });
    await Promise.all([host.close(), expect(waiting).rejects.toThrow()]);
    expect((await running).outcome).toMatchObject({ ok: false });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(host.calls).toHaveLength(calls);
  });

  it('calls no function that s.yaml does not have', async () => {
    const host = await start({});
    await expect(host.invoke('nobody', '{}')).rejects.toThrow('s.yaml has no function named nobody.');
  });
});

describe('a call by hand', () => {
  it('is refused with 429 after ten seconds of waiting for its turn', async () => {
    const clock = createManualClock(START);
    const host = await start({ clock });
    const invoke = (body: string) => fetch(`${host.url}/_invoke/single`, { method: 'POST', body });
    const both = [invoke('{"do":"hang"}'), invoke('{"do":"hang"}')];
    const ended = Promise.allSettled(both);
    // The timer, the timeout of the call that runs, the turn of the one that waits.
    while (clock.sleepers < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await clock.advance(10_000);
    const response = await Promise.race(both);
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ Code: 'ResourceThrottled' });
    await host.close();
    await ended;
  });
});

describe('a timer trigger', () => {
  let clock: ManualClock;

  beforeEach(() => {
    clock = createManualClock(START);
  });

  it('calls its function with the documented event, again and again', async () => {
    const host = await start({ clock, env: { TICK_PAYLOAD: '{"a":1}' } });
    await clock.advance(60_000);
    await ticks(host, 1);
    const { outcome } = await host.invoke('ticking', '{}');
    expect(outcome.ok && JSON.parse(outcome.payload.toString())).toEqual({
      triggerTime: '2026-01-01T00:01:00Z',
      triggerName: 'timer',
      payload: '{"a":1}',
    });
    await clock.advance(60_000);
    await ticks(host, 2);
    expect(host.calls.filter(({ trigger }) => trigger === 'timer')).toMatchObject([
      { functionName: 'ticking', label: 'timer', status: 'ok', problem: null },
      { functionName: 'ticking', label: 'timer', status: 'ok', problem: null },
    ]);
  });

  it('tries again when the function fails, as often as s.yaml lets it', async () => {
    const host = await start({ clock, env: { TICK_PAYLOAD: 'fail' } });
    await clock.advance(60_000);
    for (const [tries, wait] of [
      [1, 1000],
      [2, 2000],
      [3, 4000],
    ] as const) {
      await ticks(host, tries);
      await clock.advance(wait);
    }
    await ticks(host, 4);
    expect(host.calls.map(({ problem }) => problem)).toEqual(Array(4).fill('the tick fails'));
    await clock.advance(50_000);
    expect(host.calls).toHaveLength(4);
  });
});
