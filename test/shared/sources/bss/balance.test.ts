import type { ServerResponse } from 'node:http';
import { createBalance } from '../../../../shared/sources/bss/balance';
import { createOpenApiClient } from '../../../../shared/sources/openapi/openapi-client';
import { systemClock, type Clock } from '../../../../shared/runtime/clock';
import { createLeapingClock } from '../../../stand-ins/leaping-clock';
import { pour } from '../../../stand-ins/pour';
import { createWireServer } from '../../../stand-ins/wire-server';

const ask = (callApi: () => Promise<unknown>) =>
  createBalance({ client: { callApi }, host: 'business.aliyuncs.com', clock: systemClock })(
    Date.now() + 100_000,
  );
const answerOf = (Data: unknown, Code = '200') => ({
  statusCode: 200,
  body: JSON.stringify({ Code, Success: true, Data }),
});
const answer = (Data: unknown, Code?: string) => ask(() => Promise.resolve(answerOf(Data, Code)));

test.each([
  ['10,000.00', '10000.00'],
  ['-1,234.5', '-1234.5'],
  ['0.00', '0.00'],
  ['1234567.89', '1234567.89'],
])('an amount of %s is %s', async (AvailableAmount, amount) => {
  await expect(answer({ AvailableAmount, Currency: 'CNY' })).resolves.toEqual({
    ok: true,
    amount,
    currency: 'CNY',
  });
});

test('the currency is the account’s', async () => {
  await expect(answer({ AvailableAmount: '1.00', Currency: 'USD' })).resolves.toMatchObject({
    currency: 'USD',
  });
});

test.each([
  ['an answer that is none', () => Promise.resolve(null), /cannot be read/],
  ['no amount', () => Promise.resolve(answerOf({})), /cannot be read/],
  [
    'a page',
    () => Promise.resolve({ statusCode: 200, body: '<html>' }),
    /cannot be read: business\.aliyuncs\.com answers HTTP 200\./,
  ],
  ['a redirect', () => Promise.resolve({ statusCode: 302, body: '' }), /answers HTTP 302\./],
  [
    'no permission',
    () => Promise.resolve(answerOf(null, 'NoPermission')),
    /grant bss:DescribeAcccount .*NoPermission/,
  ],
  ['the wrong site', () => Promise.resolve(answerOf(null, 'NotApplicable')), /another BSS_ENDPOINT/],
  [
    'a rejection with a code',
    () => Promise.reject(Object.assign(new Error('x'), { code: 'Throttling' })),
    /Throttling/,
  ],
  [
    'a host that does not exist',
    () => Promise.reject(Object.assign(new Error('POST https://marked'), { code: 'ENOTFOUND' })),
    /business\.aliyuncs\.com the host name is not found \(ENOTFOUND\)/,
  ],
])('%s is a reason, and no exception', async (_name, callApi, reason) => {
  const result = await ask(callApi);
  expect(result).toMatchObject({ ok: false, reason: { en: expect.stringMatching(reason) as string } });
  expect(JSON.stringify(result)).not.toContain('marked');
});

describe('over the wire', () => {
  const ACCOUNT = JSON.stringify({ Code: '200', Data: { AvailableAmount: '1,000.00', Currency: 'CNY' } });

  async function overWire(
    serve: (response: ServerResponse, index: number) => void,
    { times = 1, clock = systemClock }: { times?: number; clock?: Clock } = {},
  ) {
    const wire = await createWireServer(serve);
    try {
      const credentials = () => ({ accessKeyId: 'id', accessKeySecret: 'secret' });
      const client = createOpenApiClient({ endpoint: wire.url, credentials });
      const balance = createBalance({ client, host: 'business.example', clock });
      let result = await balance(clock.now() + 60_000);
      for (let more = 1; more < times; more += 1) result = await balance(clock.now() + 60_000);
      return { result, requests: wire.requests.length };
    } finally {
      await wire.close();
    }
  }

  test.each([200, 500])('an endless answer with HTTP %s is not read to its end', async (status) => {
    let written = 0;
    const { result } = await overWire((response) => {
      response.statusCode = status;
      void pour(response, (bytes) => (written += bytes));
    });
    expect(result.ok).toBe(false);
    // What the sockets of both sides hold, and for an error what comes between two looks at it.
    expect(written).toBeLessThan(60_000_000);
  });

  test('silence holds a poll up for three seconds at most, and is told as the billing service’s', async () => {
    const clock = createLeapingClock();
    const { result } = await overWire(() => undefined, { clock });
    expect(result).toMatchObject({
      ok: false,
      reason: { en: 'The billing service did not answer in time: business.example.' },
    });
    expect(clock.sleeps).toEqual([3000]);
  });

  test('the page of a gateway is told with its status', async () => {
    const { result } = await overWire((response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
    });
    expect(result).toMatchObject({
      ok: false,
      reason: {
        en: 'The billing service gave an answer that cannot be read: business.example answers HTTP 502.',
      },
    });
  });

  test('a kept connection that died while the instance was frozen costs one more call', async () => {
    const { result, requests } = await overWire(
      (response, index) => {
        if (index === 1) response.socket?.resetAndDestroy();
        else response.end(ACCOUNT);
      },
      { times: 2 },
    );
    expect(result).toEqual({ ok: true, amount: '1000.00', currency: 'CNY' });
    expect(requests).toBe(3);
  });
});
