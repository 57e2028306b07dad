import { createBalance } from '../../../../shared/sources/bss/balance';
import { systemClock } from '../../../../shared/runtime/clock';

const ask = (callApi: () => Promise<unknown>) =>
  createBalance({ client: { callApi }, host: 'business.aliyuncs.com', clock: systemClock })(
    Date.now() + 5000,
  );
const answer = (Data: unknown, Code = '200') =>
  ask(() => Promise.resolve({ body: { Code, Success: true, Data } }));

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
  ['no amount', () => Promise.resolve({ body: { Code: '200', Data: {} } }), /cannot be read/],
  [
    'no permission',
    () => Promise.resolve({ body: { Code: 'NoPermission' } }),
    /grant bss:DescribeAcccount .*NoPermission/,
  ],
  ['the wrong site', () => Promise.resolve({ body: { Code: 'NotApplicable' } }), /another BSS_ENDPOINT/],
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
