import { gunzipSync } from 'node:zlib';
import type { Readable } from 'node:stream';
import { createFaultRules } from '../../../local/simulator/faults/fault-rules';
import type { BrokenAnswer, FaultRule } from '../../../local/simulator/faults/faults';
import { createSimulator, type Simulator } from '../../../local/simulator/simulator';
import { callForEnvelope, callSdk, errorOf, idsIn, type Envelope, type SdkCall } from './sdk';

let simulator: Simulator;
let url: URL;
/** What the simulator waited for, in milliseconds; it did not really wait. */
let waits: number[];

beforeEach(async () => {
  waits = [];
  // The SDK signs with the system's time: this one stands still close to it.
  const now = Date.now();
  simulator = createSimulator({
    clock: {
      now: () => now,
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
  });
  url = await simulator.listen();
});
afterEach(() => simulator.close());

function list(query: Record<string, string> = {}): Promise<Envelope> {
  return callForEnvelope(url, { query });
}
function faults(...rules: FaultRule[]): void {
  simulator.setFaults(rules);
}
/** The call's answer, or the SDK's code for it. */
async function outcomeOf(call: SdkCall = {}): Promise<string> {
  try {
    return (await callForEnvelope(url, call)).Code ?? 'no Code';
  } catch (error) {
    return (error as { code?: string }).code ?? 'no code';
  }
}
async function outcomes(count: number, call: SdkCall = {}): Promise<string[]> {
  const seen: string[] = [];
  for (let index = 0; index < count; index += 1) seen.push(await outcomeOf(call));
  return seen;
}
/** Reads to the end or to the error. */
async function readAll(stream: unknown): Promise<{ text: string; error: string | null }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream as Readable) chunks.push(chunk as Buffer);
    return { text: Buffer.concat(chunks).toString(), error: null };
  } catch (error) {
    return { text: Buffer.concat(chunks).toString(), error: (error as { code: string }).code };
  }
}

describe('faults in the wording of a right answer', () => {
  test('clamp-page-size: a page is never larger, and says so', async () => {
    simulator.tasks.seed(30);
    faults({ then: { fault: 'clamp-page-size', max: 7 } });
    const page = await list({ PageSize: '100', PageNo: '5' });
    expect(idsIn(page)).toEqual(
      simulator.tasks
        .list()
        .slice(28)
        .map(({ id }) => id),
    );
    expect(page).toMatchObject({ PageSize: '7', PageNo: '5', TotalCount: '30' });
    expect(idsIn(await list({ PageSize: '3' }))).toHaveLength(3);
  });

  test('omit-total: no TotalCount, but the page', async () => {
    faults({ then: { fault: 'omit-total' } });
    const page = await list();
    expect(page).not.toHaveProperty('TotalCount');
    expect(page).toMatchObject({ PageNo: '1', PageSize: '20' });
  });

  test('omit-paging: none of the three', async () => {
    faults({ then: { fault: 'omit-paging' } });
    expect(Object.keys(await list()).sort()).toEqual(['Code', 'Data', 'Message', 'RequestId']);
  });

  test('wrong-total: TotalCount is what it is told to be', async () => {
    simulator.tasks.seed(3);
    faults({ then: { fault: 'wrong-total', total: 99 } });
    expect(await list()).toMatchObject({ TotalCount: '99' });
    faults({ then: { fault: 'wrong-total', total: 'many' } });
    expect(await list()).toMatchObject({ TotalCount: 'many' });
  });

  test('data-as-array: Data is an array, for the detail an object', async () => {
    const { id } = simulator.tasks.add({ status: 'INIT', taskName: '回访' });
    faults({ then: { fault: 'data-as-array' } });
    const { body } = await callSdk(url, { bodyType: 'string' });
    expect(body).toContain(`"Data":[{"id":${id},"taskName":"回访"`);
    const detail = await callForEnvelope(url, { action: 'QueryRobotTaskDetail', query: { Id: id } });
    expect(detail.Data).toMatchObject({ taskName: '回访' });
  });

  const nonsense: { name: string; value?: unknown }[] = [
    { name: 'text that is no JSON', value: 'nonsense' },
    { name: 'a number', value: 17 },
    { name: 'null', value: null },
    { name: 'an object', value: { a: 1 } },
  ];
  test.each(nonsense)('data: Data is $name', async ({ value }) => {
    faults({ then: { fault: 'data', value } });
    expect((await list()).Data).toEqual(value);
  });

  test('data without a value: there is no Data', async () => {
    faults({ then: { fault: 'data' } });
    const page = await list();
    expect(page).not.toHaveProperty('Data');
    expect(page).toMatchObject({ Code: 'OK' });
  });

  test('shift remove: after each list the newest tasks leave it, and Detail still knows them', async () => {
    const ids = simulator.tasks.seed(6).map(({ id }) => id);
    faults({ when: { times: 2 }, then: { fault: 'shift', how: 'remove', count: 2 } });
    expect(idsIn(await list())).toEqual(ids);
    expect(await outcomeOf({ action: 'QueryRobotTaskDetail', query: { Id: ids[0] ?? '' } })).toBe('OK');
    expect(idsIn(await list())).toEqual(ids.slice(2));
    expect(idsIn(await list())).toEqual(ids.slice(4));
    const last = await list();
    expect(idsIn(last)).toEqual(ids.slice(4));
    expect(last).toMatchObject({ TotalCount: '2' });
    faults();
    expect(idsIn(await list())).toEqual(ids);
  });

  test('shift insert: after each list new tasks that match stand in front, and are real', async () => {
    simulator.tasks.seed(3, 1, { status: 'SYSTEM_STOP' });
    const before = simulator.tasks.list().map(({ id }) => id);
    faults({ then: { fault: 'shift', how: 'insert' } });
    const query = { Status: 'SYSTEM_STOP' };
    expect(idsIn(await list(query))).toEqual(before);
    const [added, ...rest] = idsIn(await list(query));
    expect(rest).toEqual(before);
    expect(simulator.tasks.get(added ?? '')?.status).toBe('SYSTEM_STOP');
    expect(idsIn(await list(query))).toHaveLength(5);
  });

  test('shift rotate: after each list its front goes to the end', async () => {
    const ids = simulator.tasks.seed(3).map(({ id }) => id);
    const [a, b, c] = ids;
    faults({ then: { fault: 'shift', how: 'rotate' } });
    const seen: string[][] = [];
    for (let index = 0; index < 4; index += 1) seen.push(idsIn(await list()));
    expect(seen).toEqual([
      [a, b, c],
      [b, c, a],
      [c, a, b],
      [a, b, c],
    ]);
  });

  const beyond: { answer: 'empty' | 'repeat-last' | 'error'; ids: number[] | null; Code: string }[] = [
    { answer: 'empty', ids: [], Code: 'OK' },
    { answer: 'repeat-last', ids: [4], Code: 'OK' },
    { answer: 'error', ids: null, Code: '100008.0' },
  ];
  test.each(beyond)('past-the-end $answer', async ({ answer, ids, Code }) => {
    const all = simulator.tasks.seed(5).map(({ id }) => id);
    faults({ then: { fault: 'past-the-end', answer } });
    const last = await list({ PageSize: '2', PageNo: '3' });
    expect(idsIn(last)).toEqual([all[4]]);
    const page = await list({ PageSize: '2', PageNo: '4' });
    expect(page.Code).toBe(Code);
    if (ids !== null) expect(idsIn(page)).toEqual(ids.map((index) => all[index]));
  });

  test('refusal-status: what the product refuses carries this HTTP status', async () => {
    faults({ then: { fault: 'refusal-status', httpStatus: 400 } });
    const error = await errorOf(list({ Time: 'today' }));
    expect(error).toMatchObject({ code: 'InvalidParameter.date', statusCode: 400 });
    expect(await list()).toMatchObject({ Code: 'OK' });
  });
});

describe('faults that answer something else', () => {
  test("code: throttled at HTTP 400, in the gateway's shape", async () => {
    faults({ then: { fault: 'code', code: 'Throttling.User', httpStatus: 400, message: 'Too fast.' } });
    const error = await errorOf(callSdk(url));
    expect(error).toMatchObject({ code: 'Throttling.User', statusCode: 400 });
    expect(error.data).toMatchObject({ HostId: url.host, Message: 'Too fast.' });
  });

  test("code: throttled at HTTP 200, in the product's shape", async () => {
    faults({ then: { fault: 'code', code: 'isv.BUSINESS_LIMIT_CONTROL', httpStatus: 200 } });
    const page = await list();
    expect(page).toMatchObject({ Code: 'isv.BUSINESS_LIMIT_CONTROL' });
    expect(Object.keys(page).sort()).toEqual(['Code', 'Message', 'RequestId']);
  });

  test('quota: more calls within a second than it allows are throttled', async () => {
    const rules = createFaultRules([{ then: { fault: 'quota', perSecond: 2 } }], 1);
    const call = { action: 'QueryRobotTaskList', page: 1, reusedConnection: false, oldConnection: false };
    const throttled = [0, 400, 999, 1000, 1998, 2000, 3001].map((at) => {
      return rules.befall(call, at).faults.length;
    });
    expect(throttled).toEqual([0, 0, 1, 1, 1, 0, 0]);
    faults({ then: { fault: 'quota', perSecond: 1 } });
    const seen = await Promise.all([1, 2, 3, 4, 5].map(() => outcomeOf()));
    expect(seen.sort()).toEqual(['OK', ...Array<string>(4).fill('Throttling.User')]);
  });

  const broken: { as: BrokenAnswer; sees: Record<string, unknown> }[] = [
    { as: 'empty-500', sees: { name: 'SyntaxError' } },
    { as: 'no-content-204', sees: { name: 'SyntaxError' } },
    { as: 'html-502', sees: { name: 'SyntaxError' } },
    { as: 'array', sees: { message: 'The value is not a object' } },
    { as: 'null', sees: { message: 'The value is not a object' } },
    { as: 'no-code-400', sees: { code: 'undefined', statusCode: 400 } },
    { as: 'redirect-302', sees: { name: 'SyntaxError' } },
    { as: 'truncated-json', sees: { name: 'SyntaxError' } },
  ];
  test.each(broken)('broken $as: the SDK fails as it does on the real thing', async ({ as, sees }) => {
    faults({ then: { fault: 'broken', as } });
    expect(await errorOf(callSdk(url))).toMatchObject(sees);
    expect(simulator.calls).toMatchObject([{ outcome: as }]);
  });

  const raw: { as: BrokenAnswer; statusCode: number; body: string }[] = [
    { as: 'no-content-204', statusCode: 204, body: '' },
    { as: 'array', statusCode: 200, body: '[]' },
    { as: 'null', statusCode: 200, body: 'null' },
    { as: 'redirect-302', statusCode: 302, body: '' },
  ];
  test.each(raw)('broken $as: this goes over the wire', async ({ as, statusCode, body }) => {
    faults({ then: { fault: 'broken', as } });
    expect(await callSdk(url, { bodyType: 'string' })).toMatchObject({ statusCode, body });
  });

  test('broken no-code: a 200 without Code', async () => {
    faults({ then: { fault: 'broken', as: 'no-code' } });
    const page = await list();
    expect(page).toEqual({ RequestId: expect.any(String) as string, Data: '[]' });
  });

  test('raw: exactly this answer', async () => {
    faults({ then: { fault: 'raw', httpStatus: 203, contentType: 'text/plain', body: '你好' } });
    const answer = await callSdk(url, { bodyType: 'string' });
    expect(answer).toMatchObject({ statusCode: 203, body: '你好' });
    expect(answer.headers['content-type']).toBe('text/plain');
  });

  test('no answer of a rule hides a wrong signature', async () => {
    faults({ then: { fault: 'broken', as: 'array' } });
    const key = { accessKeyId: 'LTAIother', accessKeySecret: 'x' };
    expect(await outcomeOf({ key })).toBe('InvalidAccessKeyId.NotFound');
  });
});

describe('faults in the sending', () => {
  test('delay: waits before it answers, with some jitter', async () => {
    faults({ then: { fault: 'delay', ms: 100, jitterMs: 50 } });
    expect(await outcomes(3)).toEqual(['OK', 'OK', 'OK']);
    expect(waits).toHaveLength(3);
    expect(new Set(waits).size).toBe(3);
    for (const ms of waits) {
      expect(ms).toBeGreaterThanOrEqual(100);
      expect(ms).toBeLessThan(150);
    }
  });

  test('stall after the request: nothing comes until the connection ends', async () => {
    faults({ then: { fault: 'stall', after: 'request' } });
    const error = errorOf(callSdk(url, { bodyType: 'binary' }));
    while (simulator.calls[0]?.outcome !== 'stall') await new Promise((resolve) => setImmediate(resolve));
    expect(simulator.inFlight).toBe(1);
    await simulator.close();
    expect(await error).toMatchObject({ code: 'ECONNRESET' });
    expect(simulator.inFlight).toBe(0);
  });

  test('stall after the headers: they come, and no byte of the body', async () => {
    faults({ then: { fault: 'stall', after: 'headers' } });
    const { statusCode, body } = await callSdk(url, { bodyType: 'binary' });
    expect(statusCode).toBe(200);
    const rest = readAll(body);
    await simulator.close();
    expect(await rest).toEqual({ text: '', error: 'ECONNRESET' });
  });

  test('stall in the middle: half of the body comes', async () => {
    faults({ then: { fault: 'stall', after: 'half' } });
    const { body } = await callSdk(url, { bodyType: 'binary' });
    const stream = body as Readable;
    await new Promise((resolve) => stream.once('readable', resolve));
    const rest = readAll(stream);
    expect(simulator.inFlight).toBe(1);
    await simulator.close();
    const { text, error } = await rest;
    expect(error).toBe('ECONNRESET');
    expect(text).toMatch(/^\{"Message":"OK"/);
    expect(text).not.toMatch(/\}$/);
  });

  test('trickle: the body comes in small pieces with waits between', async () => {
    faults({ then: { fault: 'trickle', bytes: 50, everyMs: 30 } });
    const { body } = await callSdk(url, { bodyType: 'string' });
    expect(JSON.parse(String(body))).toMatchObject({ Code: 'OK' });
    expect(waits).toEqual(Array<number>(Math.ceil(Buffer.byteLength(String(body)) / 50)).fill(30));
  });

  test.each(['connect', 'request'] as const)('reset after %s: no answer', async (after) => {
    faults({ when: { times: 1 }, then: { fault: 'reset', after } });
    expect(await outcomes(2)).toEqual(['ECONNRESET', 'OK']);
  });

  test('reset in the middle, and cut: the body breaks off', async () => {
    for (const then of [{ fault: 'reset', after: 'half' }, { fault: 'cut' }] as const) {
      faults({ then });
      expect(await errorOf(callSdk(url))).toMatchObject({ code: 'ECONNRESET', message: 'aborted' });
      expect(simulator.calls.at(-1)?.outcome).toBe(then.fault);
    }
  });

  test('gzip: the body is compressed, which the SDK cannot read', async () => {
    faults({ then: { fault: 'gzip' } });
    expect(await errorOf(callSdk(url))).toMatchObject({ name: 'SyntaxError' });
    const { headers, body } = await callSdk(url, { bodyType: 'binary' });
    expect(headers['content-encoding']).toBe('gzip');
    const chunks: Buffer[] = [];
    for await (const chunk of body as Readable) chunks.push(chunk as Buffer);
    expect(JSON.parse(gunzipSync(Buffer.concat(chunks)).toString())).toMatchObject({ Code: 'OK' });
  });

  test('clock-skew: the gateway judges the date by another time', async () => {
    faults({ when: { times: 1 }, then: { fault: 'clock-skew', ms: 16 * 60_000 } });
    expect(await outcomes(2)).toEqual(['InvalidTimeStamp.Expired', 'OK']);
  });
});

describe('when a rule applies', () => {
  const throttle = { fault: 'code', code: 'Throttling.User' } as const;

  test('on every call, unless told otherwise', async () => {
    faults({ then: throttle });
    expect(await outcomes(3)).toEqual(['Throttling.User', 'Throttling.User', 'Throttling.User']);
  });

  test('times: on the first calls only; skip: not on the first', async () => {
    faults({ when: { skip: 1, times: 2 }, then: throttle });
    expect(await outcomes(4)).toEqual(['OK', 'Throttling.User', 'Throttling.User', 'OK']);
  });

  test('page: on calls for this page only', async () => {
    faults({ when: { page: 2 }, then: throttle });
    const pages = ['1', '2', '3'].map((PageNo) => outcomeOf({ query: { PageNo } }));
    expect(await Promise.all(pages)).toEqual(['OK', 'Throttling.User', 'OK']);
    faults({ when: { page: 1 }, then: throttle });
    expect(await outcomeOf()).toBe('Throttling.User');
    expect(await outcomeOf({ action: 'QueryRobotTaskDetail', query: { Id: '1' } })).toBe('100008.0');
  });

  test('action: on calls of this action only', async () => {
    faults({ when: { action: 'QueryRobotTaskDetail' }, then: throttle });
    expect(await outcomeOf()).toBe('OK');
    expect(await outcomeOf({ action: 'QueryRobotTaskDetail', query: { Id: '1' } })).toBe('Throttling.User');
  });

  test('reusedConnection: on a connection that has carried a call before', async () => {
    faults({ when: { reusedConnection: true }, then: { fault: 'reset', after: 'request' } });
    expect(await outcomes(4)).toEqual(['OK', 'ECONNRESET', 'OK', 'ECONNRESET']);
  });

  test('oldConnection: on a connection that was there before the rules', async () => {
    expect(await outcomes(1)).toEqual(['OK']);
    faults({ when: { oldConnection: true }, then: { fault: 'reset', after: 'request' } });
    expect(await outcomes(3)).toEqual(['ECONNRESET', 'OK', 'OK']);
  });

  test('probability: by chance, the same chance for the same seed', () => {
    const call = { action: 'QueryRobotTaskList', page: 1, reusedConnection: false, oldConnection: false };
    const draw = (seed: number) => {
      const rules = createFaultRules([{ when: { probability: 0.3 }, then: throttle }], seed);
      return Array.from({ length: 1000 }, () => rules.befall(call, 0).faults.length);
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    const hits = draw(5).filter((hit) => hit === 1).length;
    expect(hits).toBeGreaterThan(250);
    expect(hits).toBeLessThan(350);
  });

  test('several rules befall one call; of two answers the first counts', async () => {
    simulator.tasks.seed(3);
    faults(
      { then: { fault: 'delay', ms: 5 } },
      { then: { fault: 'omit-total' } },
      { when: { skip: 1 }, then: throttle },
      { when: { skip: 1 }, then: { fault: 'broken', as: 'array' } },
    );
    const page = await list();
    expect(idsIn(page)).toHaveLength(3);
    expect(page).not.toHaveProperty('TotalCount');
    expect(await outcomeOf()).toBe('Throttling.User');
    expect(waits).toEqual([5, 5]);
  });

  test('new rules start anew', async () => {
    faults({ when: { times: 1 }, then: throttle });
    expect(await outcomes(2)).toEqual(['Throttling.User', 'OK']);
    simulator.setFaults(simulator.faults);
    expect(await outcomeOf()).toBe('Throttling.User');
  });

  test('rules that make no sense are refused with every mistake', () => {
    expect(() => {
      faults(
        { when: { page: 0 }, then: { fault: 'cut' } },
        { then: { fault: 'clamp-page-size', max: 1.5 } },
        { then: { fault: 'code', code: 'x', httpStatus: 42 } },
      );
    }).toThrow(/0\.when\.page: .*1\.then\.max: .*2\.then\.httpStatus: /);
  });
});
