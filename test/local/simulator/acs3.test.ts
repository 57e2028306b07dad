import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { anyCharacter } from '../../stand-ins/any-character';
import {
  verifyAcs3,
  type AccessKey,
  type Acs3Request,
  type Acs3Verdict,
} from '../../../local/simulator/acs3';
import { createLoopbackServer, readBody } from '../../../local/simulator/loopback-server';
import { createNonceMemory, type NonceMemory } from '../../../local/simulator/nonces';
import { callSdk, type SdkCall } from './sdk';

const MINUTE = 60_000;
const PERMANENT: AccessKey = { accessKeyId: 'LTAIpermanent', accessKeySecret: 'permanent-secret' };
const TEMPORARY: AccessKey = {
  accessKeyId: 'STS.temporary',
  accessKeySecret: 'temporary-secret',
  securityToken: 'CAIS+token/with=signs',
};
const RESERVED = "*'()!~ +&=%/?#:;,@$[]";

/** Takes down requests as they come over the wire and answers each with an empty object. */
const captured: Acs3Request[] = [];
const recorder = createLoopbackServer((request, response) => {
  void capture(request).then((taken) => {
    captured.push(taken);
    response.setHeader('content-type', 'application/json');
    response.end('{"Code":"OK"}');
  });
});
let url: URL;

beforeAll(async () => {
  url = await recorder.listen();
});
afterAll(() => recorder.close());

async function capture(request: IncomingMessage): Promise<Acs3Request> {
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: { ...request.headers },
    body: await readBody(request),
  };
}

/** A request as the SDK signs it. */
async function signed(call: SdkCall): Promise<Acs3Request> {
  captured.length = 0;
  await callSdk(url, { key: PERMANENT, ...call });
  const [request] = captured;
  if (request === undefined) throw new Error('The SDK sent nothing.');
  return request;
}

/** A request to `/` signed in this file, so that it can be signed in ways that the SDK never would. */
function signByHand(headers: Record<string, string>, signedNames: string[], body = ''): Acs3Request {
  const all: Record<string, string> = {
    host: 'dyvmsapi.aliyuncs.com',
    'x-acs-date': `${new Date().toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': 'n',
    'x-acs-content-sha256': sha256(body),
    ...headers,
  };
  const lines = signedNames.map((name) => `${name}:${all[name] ?? ''}\n`).join('');
  const canonical = `POST\n/\n\n${lines}\n${signedNames.join(';')}\n${sha256(body)}`;
  const signature = createHmac('sha256', PERMANENT.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  const authorization = `ACS3-HMAC-SHA256 Credential=${PERMANENT.accessKeyId},SignedHeaders=${signedNames.join(';')},Signature=${signature}`;
  return { method: 'POST', url: '/', headers: { ...all, authorization }, body: Buffer.from(body) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

interface Gateway {
  readonly keys?: readonly AccessKey[];
  readonly now?: number;
  readonly usedNonces?: NonceMemory;
}

function verify(request: Acs3Request, gateway: Gateway = {}): Acs3Verdict {
  const { keys = [PERMANENT, TEMPORARY], now = Date.now(), usedNonces = createNonceMemory() } = gateway;
  return verifyAcs3(request, {
    findSecret: (accessKeyId) => keys.find((key) => key.accessKeyId === accessKeyId),
    now,
    usedNonces,
  });
}

function withHeaders(request: Acs3Request, changes: Record<string, string | undefined>): Acs3Request {
  return { ...request, headers: { ...request.headers, ...changes } };
}

/** The request with its Authorization changed. */
function withAuthorization(request: Acs3Request, change: (authorization: string) => string): Acs3Request {
  return withHeaders(request, { authorization: change(String(request.headers['authorization'])) });
}

describe('verifyAcs3', () => {
  const accepted: [name: string, call: SdkCall][] = [
    ['no parameters', {}],
    ['plain parameters', { query: { PageNo: '1', PageSize: '20', Status: 'ARREARS_STOP' } }],
    ['a Chinese value', { query: { TaskName: '双十一会员续费提醒（华东区）😀' } }],
    ['reserved characters', { query: { TaskName: RESERVED } }],
    ['an empty value', { query: { TaskName: '', Status: '' } }],
    ['a line break', { query: { TaskName: 'a\r\nb\tc' } }],
    ['names that sort by case', { query: { a: '1', B: '2', 'Tag.10.Key': '3', 'Tag.2.Key': '4' } }],
    ['temporary keys', { key: TEMPORARY, query: { TaskName: RESERVED } }],
    ['a form body', { body: { Name: '测试 &=' } }],
    [
      'the ROA style with a JSON body',
      {
        params: { style: 'ROA', reqBodyType: 'json', pathname: '/2023-03-30/functions/watch/invocations' },
        query: { qualifier: 'LATEST' },
        body: { test: 'channels' },
      },
    ],
    ['a GET', { params: { method: 'GET' }, query: { Id: '9007199254740993' } }],
  ];
  test.each(accepted)("accepts what the SDK's own signer signs: %s", async (_name, call) => {
    const request = await signed(call);
    expect(verify(request)).toEqual({ ok: true, accessKeyId: (call.key ?? PERMANENT).accessKeyId });
  });

  test("accepts what the SDK's own signer signs: any values", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,6}$/), fc.string({ unit: anyCharacter })),
        async (query) => {
          expect(verify(await signed({ query: { ...query } }))).toMatchObject({ ok: true });
        },
      ),
      { numRuns: 20 },
    );
  });

  type Tamper = (request: Acs3Request) => Acs3Request;
  const unsigned: Record<string, Tamper> = {
    'a changed value in the query': (request) => ({
      ...request,
      url: request.url.replace('PageNo=1', 'PageNo=2'),
    }),
    'an added parameter': (request) => ({ ...request, url: `${request.url}&Status=FINISH` }),
    'a removed parameter': (request) => ({ ...request, url: '/' }),
    'a query that is not percent-encoded UTF-8': (request) => ({ ...request, url: '/?PageNo=%E4%ZZ' }),
    'another path': (request) => ({ ...request, url: request.url.replace('/', '/other') }),
    'another method': (request) => ({ ...request, method: 'PUT' }),
    'another action': (request) => withHeaders(request, { 'x-acs-action': 'QueryRobotTaskDetail' }),
    'another host': (request) => withHeaders(request, { host: 'dyvmsapi.aliyuncs.com' }),
    'another nonce': (request) => withHeaders(request, { 'x-acs-signature-nonce': 'f'.repeat(32) }),
    'a body that does not belong to its hash': (request) => ({
      ...request,
      body: Buffer.from('Status=FINISH'),
    }),
    'a body with its new hash': (request) => ({
      ...withHeaders(request, {
        'x-acs-content-sha256': '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
      }),
      body: Buffer.from('foo'),
    }),
    'no hash of the body': (request) => withHeaders(request, { 'x-acs-content-sha256': undefined }),
    'a date inside the window that was not signed': (request) =>
      withHeaders(request, {
        'x-acs-date': `${new Date(Date.now() - MINUTE).toISOString().slice(0, 19)}Z`,
      }),
    'an x-acs header that is not signed': (request) => withHeaders(request, { 'x-acs-extra': 'smuggled' }),
    'a content type that is not signed': (request) => withHeaders(request, { 'content-type': 'text/plain' }),
    'a host that is taken out of the signed headers': (request) =>
      withAuthorization(request, (value) => value.replace('host;', '')),
    'a signed header that every object has': (request) =>
      withAuthorization(request, (value) => value.replace('=host', '=constructor;host')),
    'a changed signature': (request) =>
      withAuthorization(request, (value) => value.replace(/.{64}$/, '0'.repeat(64))),
  };
  test.each(Object.entries(unsigned))('refuses %s', async (_name, tamper) => {
    const request = await signed({ query: { PageNo: '1', TaskName: '回访' } });
    const verdict = { ok: false, status: 400, code: 'SignatureDoesNotMatch' };
    expect(verify(tamper(request))).toMatchObject(verdict);
  });

  const tampered: { name: string; tamper?: Tamper; gateway?: Gateway; status?: number; code: string }[] = [
    {
      name: 'a clock 16 minutes slow',
      gateway: { now: Date.now() + 16 * MINUTE },
      code: 'InvalidTimeStamp.Expired',
    },
    {
      name: 'a clock 16 minutes fast',
      gateway: { now: Date.now() - 16 * MINUTE },
      code: 'InvalidTimeStamp.Expired',
    },
    {
      name: 'no date',
      tamper: (request) => withHeaders(request, { 'x-acs-date': undefined }),
      code: 'InvalidTimeStamp.Format',
    },
    {
      name: 'a date of another form',
      tamper: (request) => withHeaders(request, { 'x-acs-date': new Date().toUTCString() }),
      code: 'InvalidTimeStamp.Format',
    },
    {
      name: 'a wrong secret',
      gateway: { keys: [{ ...PERMANENT, accessKeySecret: 'another' }] },
      code: 'SignatureDoesNotMatch',
    },
    {
      name: 'an unknown key',
      gateway: { keys: [TEMPORARY] },
      status: 404,
      code: 'InvalidAccessKeyId.NotFound',
    },
    {
      name: 'no Authorization',
      tamper: (request) => withHeaders(request, { authorization: undefined }),
      status: 404,
      code: 'InvalidAccessKeyId.NotFound',
    },
    {
      name: 'an Authorization of another kind',
      tamper: (request) => withHeaders(request, { authorization: 'Bearer x' }),
      code: 'IncompleteSignature',
    },
    {
      name: 'a token on a permanent key',
      tamper: (request) => withHeaders(request, { 'x-acs-security-token': 'any' }),
      code: 'InvalidSecurityToken.Malformed',
    },
  ];
  test.each(tampered)(
    'refuses $name: $code',
    async ({ tamper = (request) => request, gateway = {}, status = 400, code }) => {
      const request = await signed({ query: { PageNo: '1', TaskName: '回访' } });
      expect(verify(tamper(request), gateway)).toMatchObject({ ok: false, status, code });
    },
  );

  const token: {
    name: string;
    request: (request: Acs3Request) => Acs3Request;
    key: AccessKey;
    code: string;
  }[] = [
    {
      name: 'a token that has expired',
      request: (request) => request,
      key: { ...TEMPORARY, expiresAt: Date.now() - 1 },
      code: 'InvalidSecurityToken.Expired',
    },
    {
      name: 'a token of another key',
      request: (request) => request,
      key: { ...TEMPORARY, securityToken: 'another' },
      code: 'InvalidSecurityToken.Malformed',
    },
    {
      name: 'a temporary key without its token',
      request: (request) => withHeaders(request, { 'x-acs-security-token': undefined }),
      key: TEMPORARY,
      code: 'InvalidSecurityToken.Malformed',
    },
    {
      name: 'x-acs-accesskey-id of another key',
      request: (request) => withHeaders(request, { 'x-acs-accesskey-id': 'STS.other' }),
      key: TEMPORARY,
      code: 'SignatureDoesNotMatch',
    },
  ];
  test.each(token)('refuses $name: $code', async ({ request, key, code }) => {
    const original = await signed({ key: TEMPORARY });
    expect(verify(request(original), { keys: [key] })).toMatchObject({ ok: false, status: 400, code });
  });

  const ALL = ['host', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-signature-nonce'];
  const byHand: [name: string, request: () => Acs3Request, verdict: object][] = [
    ['every header is signed', () => signByHand({}, ALL), { ok: true }],
    [
      'the host is not signed',
      () => signByHand({}, ALL.slice(1)),
      {
        message: expect.stringContaining('Not signed: host.') as string,
      },
    ],
    ['the nonce is not signed', () => signByHand({}, ALL.slice(0, 3)), { code: 'SignatureDoesNotMatch' }],
    [
      'the content type is not signed',
      () => signByHand({ 'content-type': 'text/plain' }, ALL, 'x'),
      { code: 'SignatureDoesNotMatch' },
    ],
    [
      'the content type is signed as well',
      () => signByHand({ 'content-type': 'text/plain' }, ['content-type', ...ALL], 'x'),
      { ok: true },
    ],
    [
      'the signed hash is of another body',
      () => signByHand({ 'x-acs-content-sha256': sha256('another') }, ALL, 'x'),
      { code: 'SignatureDoesNotMatch' },
    ],
    [
      'there is no nonce',
      () => signByHand({ 'x-acs-signature-nonce': '' }, ALL),
      { code: 'MissingSignatureNonce' },
    ],
  ];
  test.each(byHand)('judges a good signature by what it covers: %s', (_name, request, verdict) => {
    expect(verify(request())).toMatchObject(verdict);
  });

  test('a nonce is good for one request', async () => {
    const usedNonces = createNonceMemory();
    const request = await signed({});
    expect(verify(request, { usedNonces })).toMatchObject({ ok: true });
    expect(verify(request, { usedNonces })).toMatchObject({ status: 400, code: 'SignatureNonceUsed' });
    expect(verify(await signed({}), { usedNonces })).toMatchObject({ ok: true });
  });

  test('a request cannot be replayed for as long as its date is good', async () => {
    const usedNonces = createNonceMemory();
    const request = await signed({});
    const sent = Date.parse(String(request.headers['x-acs-date']));
    expect(verify(request, { usedNonces, now: sent - 15 * MINUTE })).toMatchObject({ ok: true });
    expect(verify(request, { usedNonces, now: sent + 15 * MINUTE })).toMatchObject({
      code: 'SignatureNonceUsed',
    });
    expect(verify(request, { usedNonces, now: sent + 15 * MINUTE + 1 })).toMatchObject({
      code: 'InvalidTimeStamp.Expired',
    });
  });

  test('a request that is refused does not use up its nonce', async () => {
    const usedNonces = createNonceMemory();
    const request = await signed({});
    expect(verify({ ...request, url: '/?Status=FINISH' }, { usedNonces })).toMatchObject({ ok: false });
    expect(verify(request, { usedNonces })).toMatchObject({ ok: true });
  });

  test('a refusal shows neither the secret nor the token nor the signature', async () => {
    const request = await signed({ key: TEMPORARY });
    const signature = String(request.headers['authorization']).slice(-64);
    const wrong = { ...TEMPORARY, accessKeySecret: 'gateway-secret' };
    for (const verdict of [
      verify(request, { keys: [wrong] }),
      verify(request, { keys: [{ ...wrong, securityToken: 'other-token' }] }),
    ]) {
      const text = JSON.stringify(verdict);
      for (const secret of ['gateway-secret', 'temporary-secret', 'CAIS', 'other-token', signature]) {
        expect(text).not.toContain(secret);
      }
    }
  });

  test('no request whatever makes it throw', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.webPath(),
        fc.dictionary(
          fc.constantFrom('authorization', 'x-acs-date', 'x-acs-signature-nonce', 'host', '__proto__'),
          fc.oneof(
            fc.string(),
            fc.constant(
              `ACS3-HMAC-SHA256 Credential=LTAIpermanent,SignedHeaders=host,Signature=${'0'.repeat(64)}`,
            ),
            fc.constant(`${new Date().toISOString().slice(0, 19)}Z`),
          ),
        ),
        (method, path, headers) => {
          expect(verify({ method, url: path, headers, body: Buffer.alloc(0) })).toMatchObject({ ok: false });
        },
      ),
    );
  });
});

describe('createNonceMemory', () => {
  test('never holds more than its capacity: the oldest go first', () => {
    const memory = createNonceMemory(3);
    for (let index = 0; index < 1000; index += 1) memory.use(String(index), 0, 1000);
    expect(memory.size).toBe(3);
    expect(memory.use('999', 0, 1000)).toBe(false);
    expect(memory.use('996', 0, 1000)).toBe(true);
  });

  test('forgets a nonce whose time is over', () => {
    const memory = createNonceMemory();
    memory.use('a', 0, 10);
    expect(memory.use('b', 11, 20)).toBe(true);
    expect(memory.size).toBe(1);
    expect(memory.use('a', 11, 20)).toBe(true);
  });
});
