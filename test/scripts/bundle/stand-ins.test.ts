/** What stands in the bundles for packages that the core client loads and does not need here. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import legacy from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import realTeaXml from '@alicloud/tea-xml';
import { createSimulator, DEFAULT_KEY } from '../../../local/simulator/simulator';
import Credential from '../../../scripts/bundle/credentials';
import { InterceptorContextRequest } from '../../../scripts/bundle/gateway-spi';
import teaXml from '../../../scripts/bundle/tea-xml';
import { format, parse } from '../../../scripts/bundle/url';
import { createGunzip } from '../../../scripts/bundle/zlib';
import { bundleOf, startInstance } from '../../stand-ins/instance';
import { createWireServer } from '../../stand-ins/wire-server';

const OPEN = {
  HTTP_AUTH: 'gateway',
  ALIBABA_CLOUD_ACCESS_KEY_ID: DEFAULT_KEY.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEFAULT_KEY.accessKeySecret,
};
const GET_TASKS = JSON.stringify({
  version: 'v1',
  rawPath: '/tasks',
  requestContext: { http: { method: 'GET', path: '/tasks' } },
});

it('an error of the gateway in XML reads as the package reads it', () => {
  const xml =
    "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>D9CB3933</RequestId><HostId>dyvmsapi.aliyuncs.com</HostId>" +
    '<Code>Throttling.User</Code><Message>Request was denied due to user flow control.</Message></Error>';
  expect(teaXml.parseXml(xml)).toEqual(realTeaXml.parseXml(xml, null));
});

it('nothing looks for keys by itself, and says what to give it', () => {
  expect(() => Credential()).toThrow('give the core client a `credential`');
});

it('nothing calls a gateway of one’s own, and says what to call', () => {
  expect(InterceptorContextRequest).toThrow('use callApi');
});

it('nothing unpacks an answer that was not asked for packed', () => {
  expect(createGunzip).toThrow('must not accept packed ones');
});

it('a URL is read as Node’s old url.parse reads it, in all that the SDKs use of it', () => {
  const base = fc.constantFrom(
    'https://dyvmsapi.aliyuncs.com/',
    'http://127.0.0.1:9000/',
    'http://[::1]:81/a/',
  );
  const asked = fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }), { minKeys: 1 });
  fc.assert(
    fc.property(base, asked, (origin, entries) => {
      const text = `${origin}?${new URLSearchParams(entries).toString()}`;
      // oxlint-disable-next-line typescript/no-deprecated -- what the SDKs call
      const { protocol, hostname, host, port, path: pathAndQuery, query } = legacy.parse(text);
      const parsed = parse(text);
      expect({ ...parsed, port: parsed.port ?? null }).toMatchObject({
        ...{ protocol, hostname, host, path: pathAndQuery, query },
        port: port === null ? null : Number(port),
      });
      expect(format(parsed)).toBe(new URL(text).href);
    }),
  );
});

it('no file of the built functions asks for Node’s old url.parse, of which Node 24 warns in the log', async () => {
  for (const name of ['query-robot-tasks', 'watch-robot-tasks']) {
    const folder = path.dirname(bundleOf(name));
    for (const file of (await readdir(folder)).filter((entry) => entry.endsWith('.js'))) {
      const text = await readFile(path.join(folder, file), 'utf8');
      expect({ file, asks: text.includes('require("url")') }).toEqual({ file, asks: false });
    }
  }
});

it('the bundle asks for no packed answer, and calls one malformed, as the core client by itself would', async () => {
  const upstream = await createWireServer((response) => {
    const body = JSON.stringify({ Code: 'OK', TotalCount: '0', Data: '[]' });
    response.setHeader('content-encoding', 'gzip').end(gzipSync(body));
  });
  const instance = startInstance('query-robot-tasks', { DYVMSAPI_ENDPOINT: upstream.url.href, ...OPEN });
  try {
    const answer = instance.invoke(GET_TASKS);
    await expect(answer).resolves.toMatchObject({
      statusCode: 502,
      body: expect.stringContaining('malformed') as unknown,
    });
    expect(upstream.requests.map(({ headers }) => headers['accept-encoding'])).toEqual([undefined]);
  } finally {
    await instance.kill();
    await upstream.close();
  }
});

it('the bundle prints no header of a call to upstream, whatever DEBUG says', async () => {
  const simulator = createSimulator();
  const endpoint = await simulator.listen();
  const instance = startInstance('query-robot-tasks', {
    DEBUG: '*',
    DYVMSAPI_ENDPOINT: endpoint.href,
    ...OPEN,
  });
  try {
    await expect(instance.invoke(GET_TASKS)).resolves.toMatchObject({ statusCode: 200 });
    expect(simulator.calls).toHaveLength(1);
    expect(instance.output).not.toMatch(/authorization|ACS3-HMAC/i);
  } finally {
    await instance.kill();
    await simulator.close();
  }
});
