/** Function Compute's invocation API on the local host, called by the vendor's own clients. */
import FC from '@alicloud/fc2';
import { LOCAL_KEY } from '../../../shared/deployment/demonstration';
import { createCallApi } from '../../../scripts/alibaba-cloud';
import { createProbeHost, type ProbeHost } from './probe-host';

let host: ProbeHost;
beforeAll(async () => {
  host = await createProbeHost({});
});
afterAll(() => host.close());

const ECHO = { do: 'text', text: '{"said":"hello"}' };
const SAID = { said: 'hello' };

function callWithFc2(
  name: string,
  event: unknown,
  headers: Record<string, string> = {},
  secret = LOCAL_KEY.accessKeySecret,
) {
  const client = new FC('1000000000000001', {
    accessKeyID: LOCAL_KEY.accessKeyId,
    accessKeySecret: secret,
    region: 'cn-hangzhou',
    endpoint: host.url,
  });
  // Its methods address services, which Function Compute 3.0 has not; its signature and its calls are the same.
  client.version = '2023-03-30';
  return client.post(`/functions/${name}/invocations`, JSON.stringify(event), headers);
}

async function callWithCore(name: string, event: unknown, secret = LOCAL_KEY.accessKeySecret) {
  const callApi = createCallApi({ ...LOCAL_KEY, accessKeySecret: secret });
  const service = {
    ramCode: 'fc',
    title: 'Function Compute',
    version: '2023-03-30',
    endpoint: new URL(host.url),
  } as const;
  const pathname = `/2023-03-30/functions/${name}/invocations`;
  return callApi(service, { action: 'InvokeFunction', roa: { method: 'POST', pathname, body: event } });
}

test('the older SDK calls a function, by its own signature', async () => {
  const { data } = await callWithFc2('probe', ECHO);
  expect(typeof data === 'string' ? JSON.parse(data) : data).toEqual(SAID);
  expect(host.calls.at(-1)).toMatchObject({ functionName: 'probe', status: 'ok', label: 'InvokeFunction' });
});

test('the core client calls a function, by ACS3', async () => {
  const answer = await callWithCore('probe', ECHO);
  expect(JSON.parse(answer.body)).toEqual(SAID);
  expect(host.calls.at(-1)).toMatchObject({ functionName: 'probe', status: 'ok' });
});

test('a wrong secret is refused by either signature, and the function is not asked', async () => {
  const before = host.calls.length;
  await expect(callWithFc2('probe', ECHO, {}, 'wrong')).rejects.toThrow('failed with 403');
  await expect(callWithCore('probe', ECHO, 'wrong')).rejects.toThrow(/AccessDenied|permission/);
  expect(host.calls).toHaveLength(before);
});

test('a function that is not there is not found', async () => {
  await expect(callWithFc2('nobody', ECHO)).rejects.toThrow('failed with 404');
});

test('an asynchronous call is accepted at once, and carried out', async () => {
  const before = host.calls.length;
  const { headers } = await callWithFc2('probe', ECHO, { 'x-fc-invocation-type': 'Async' });
  expect(headers['x-fc-request-id']).toBeDefined();
  for (let tries = 0; tries < 10_000 && host.calls.length === before; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(host.calls).toHaveLength(before + 1);
});

test('the end of what the function printed comes with the answer, where it is asked for', async () => {
  const { headers } = await callWithFc2('probe', ECHO, { 'x-fc-log-type': 'Tail' });
  expect(headers['x-fc-log-result']).toBeDefined();
});
