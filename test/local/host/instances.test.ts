import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createProbeHost, type ProbeHost } from './probe-host';
import { createManualClock } from '../../stand-ins/manual-clock';

interface Description {
  readonly isBuffer: boolean;
  readonly event: string;
  readonly context: unknown;
  readonly environment: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly folder: string;
  readonly initializedBy: string | null;
}

const KEYS = { accessKeyId: 'LTAI', accessKeySecret: 'hush', securityToken: 'STS' };

let host: ProbeHost;
let renewals = 0;

beforeAll(async () => {
  process.env['PARENT_ONLY'] = 'of this machine';
  host = await createProbeHost({
    env: { GREETING: 'from s.yaml' },
    credentials: () => ({ role: () => ({ ...KEYS, securityToken: `STS-${++renewals}` }) }),
  });
});

afterAll(async () => {
  delete process.env['PARENT_ONLY'];
  await host.close();
});

async function describeProbe(functionName: string): Promise<Description> {
  return JSON.parse(await host.command(functionName, { do: 'describe' })) as Description;
}

async function pidOf(functionName: string): Promise<number> {
  return (JSON.parse(await host.command(functionName, { do: 'count' })) as { pid: number }).pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('an instance', () => {
  it('has the environment that s.yaml gives it and Function Compute adds, and nothing else', async () => {
    const { environment, flags, folder } = await describeProbe('probe');
    expect(environment).toEqual({
      GREETING: 'from s.yaml',
      EMPTY: '',
      // Function Compute has the code in /code.
      SSL_CERT_DIR: path.join(__dirname, '../../fixtures/functions/probe/roots'),
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'hush',
      ALIBABA_CLOUD_SECURITY_TOKEN: expect.stringMatching(/^STS-\d+$/) as string,
      FC_ACCOUNT_ID: '1000000000000001',
      FC_FUNC_CODE_PATH: folder,
      FC_FUNCTION_HANDLER: 'index.handler',
      FC_FUNCTION_MEMORY_SIZE: '256',
      FC_FUNCTION_NAME: 'probe',
      FC_INSTANCE_ID: expect.stringMatching(/^c-/) as string,
      FC_REGION: 'cn-shanghai',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      TZ: 'UTC',
    });
    expect(flags).toEqual([]);
  });

  it('gets the event as a Buffer and the documented context, with fresh keys of its role', async () => {
    await host.command('probe', { do: 'nothing' });
    const { isBuffer, event, context } = await describeProbe('probe');
    expect({ isBuffer, event }).toEqual({ isBuffer: true, event: '{"do":"describe"}' });
    expect(context).toEqual({
      requestId: host.calls.at(-1)?.requestId,
      region: 'cn-shanghai',
      accountId: '1000000000000001',
      credentials: { ...KEYS, securityToken: `STS-${renewals}` },
      function: { name: 'probe', handler: 'index.handler', memory: 256, timeout: 20 },
      service: { logProject: '', logStore: '', qualifier: 'LATEST', versionId: '' },
      tracing: { openTracingSpanContext: '', openTracingSpanBaggages: {}, jaegerEndpoint: '' },
      logger: ['debug', 'info', 'warn', 'error', 'log'],
    });
  });

  it('of a function without a role has no keys, and its initializer ran once before all else', async () => {
    const first = await describeProbe('roleless');
    expect(first.context).toMatchObject({ credentials: {} });
    expect(Object.keys(first.environment).filter((name) => name.startsWith('ALIBABA'))).toEqual([]);
    expect(first.initializedBy).toMatch(/^1-/);
    expect((await describeProbe('roleless')).initializedBy).toBe(first.initializedBy);
  });

  const results = [
    { name: 'an object as JSON', command: { do: 'count' }, result: /^\{"pid":\d+/ },
    { name: 'text as it is', command: { do: 'text', text: '中"' }, result: /^中"$/ },
    { name: 'nothing as nothing', command: { do: 'nothing' }, result: /^$/ },
  ];
  it.each(results)('returns $name', async ({ command, result }) => {
    expect(await host.command('probe', command)).toMatch(result);
  });

  it('returns bytes as they are', async () => {
    const { outcome } = await host.invoke('probe', JSON.stringify({ do: 'bytes', base64: 'AP+A' }));
    expect(outcome).toEqual({ ok: true, payload: Buffer.from([0, 255, 128]) });
  });

  it('is kept for the next call, after an error that its handler threw too', async () => {
    const pid = await pidOf('probe');
    await expect(host.command('probe', { do: 'throw', text: 'x' })).rejects.toThrow('TypeError');
    await expect(host.command('probe', { do: 'circle' })).rejects.toThrow('TypeError');
    expect(await pidOf('probe')).toBe(pid);
  });

  it('has what it printed in the account of the call, the last line and standard error included', async () => {
    await host.command('probe', { do: 'print', lines: ['one', '二'] });
    expect(host.calls.at(-1)?.lines).toEqual(['one', '二']);
    await expect(host.command('probe', { do: 'crash' })).rejects.toThrow('ProcessExitedUnexpectedly');
    expect(host.calls.at(-1)?.lines).toContain('Error: nobody catches this');
  });
});

describe('an instance that cannot go on', () => {
  it.each([
    { name: 'that leaves', command: { do: 'exit', code: 0 } },
    { name: 'that crashes', command: { do: 'crash' } },
  ])('$name ends its call with an error, and the next call has a new one', async ({ command }) => {
    const pid = await pidOf('probe');
    await expect(host.command('probe', command)).rejects.toThrow('ProcessExitedUnexpectedly');
    expect(await pidOf('probe')).not.toBe(pid);
    expect(host.calls.at(-1)?.cold).toBe(true);
  });

  it.each(['hang', 'spin'])(
    'because it does %s is killed at its timeout, and the next call has a new one',
    async (what) => {
      const pid = await pidOf('impatient');
      const { outcome } = await host.invoke('impatient', JSON.stringify({ do: what }));
      expect(outcome).toEqual({
        ok: false,
        kind: 'unhandled',
        error: {
          errorType: 'FunctionTimeoutError',
          errorMessage: 'Function timed out after 1 seconds',
          stackTrace: [],
        },
      });
      expect(isAlive(pid)).toBe(false);
      expect(await pidOf('impatient')).not.toBe(pid);
    },
  );

  it('says which export is missing', async () => {
    const { outcome } = await host.invoke('handlerless', '{}');
    expect(outcome).toMatchObject({
      ok: false,
      kind: 'unhandled',
      error: { errorMessage: "The handler's file exports no function missing" },
    });
  });
});

describe('calls at once', () => {
  it('never share an instance, and an idle one is used again', async () => {
    const sleepers = [1, 2, 3].map(() => host.command('roleless', { do: 'sleep', ms: 300 }));
    const pids = (await Promise.all(sleepers)).map((result) => (JSON.parse(result) as { pid: number }).pid);
    expect(new Set(pids).size).toBe(3);
    const after = JSON.parse(await host.command('roleless', { do: 'count' })) as {
      pid: number;
      mostActive: number;
    };
    expect(pids).toContain(after.pid);
    expect(after.mostActive).toBe(1);
  });

  it('beyond what this machine bears wait for their turn', async () => {
    const calls = Array.from({ length: 12 }, () => host.command('roleless', { do: 'sleep', ms: 100 }));
    const pids = (await Promise.all(calls)).map((result) => (JSON.parse(result) as { pid: number }).pid);
    expect(new Set(pids).size).toBe(10);
  });

  it('beyond the reserved concurrency are throttled', async () => {
    const first = host.command('single', { do: 'sleep', ms: 300 });
    await expect(host.command('single', { do: 'count' })).rejects.toThrow('throttled');
    await first;
    await expect(host.command('single', { do: 'count' })).resolves.toContain('pid');
  });
});

describe('an idle instance', () => {
  it('is ended after some minutes, and the next call has a new one', async () => {
    const clock = createManualClock(0);
    const patient = await createProbeHost({ clock });
    const pidNow = async () =>
      (JSON.parse(await patient.command('probe', { do: 'count' })) as { pid: number }).pid;
    const pid = await pidNow();
    await clock.advance(4 * 60_000);
    expect(await pidNow()).toBe(pid);
    await clock.advance(6 * 60_000);
    const next = await pidNow();
    expect(next).not.toBe(pid);
    await patient.close();
    expect([pid, next].map(isAlive)).toEqual([false, false]);
  });

  it('that prints is heard', async () => {
    await host.command('probe', { do: 'late', text: 'by the way' });
    const heard = () =>
      host.activities.some((activity) => activity.type === 'output' && activity.line === 'by the way');
    while (!heard()) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(host.activities).toContainEqual({ type: 'output', functionName: 'probe', line: 'by the way' });
  });
});

describe('an instance whose host is gone', () => {
  it('ends by itself, in the middle of a call too', async () => {
    const child = fork(path.join(__dirname, '../../../local/host/instances/instance-process.mjs'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const context = { requestId: 'r' };
    const file = path.join(__dirname, '../../fixtures/functions/probe/index.js');
    child.send({ type: 'load', file, method: 'handler', initializer: null, context });
    expect(await once(child, 'message')).toMatchObject([{ ok: true }, undefined]);
    child.send({ type: 'invoke', event: Buffer.from('{"do":"hang"}'), context });
    child.disconnect();
    await once(child, 'exit');
  });
});
