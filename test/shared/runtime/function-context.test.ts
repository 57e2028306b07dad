import * as fc from 'fast-check';
import { findCredentials, parseFunctionContext } from '../../../shared/runtime/function-context';

/** As Function Compute passes it. */
const CONTEXT = {
  requestId: '1-5ad7',
  region: 'cn-hangzhou',
  accountId: '1234567890',
  credentials: { accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'token' },
  function: { name: 'query-robot-tasks', handler: 'index.handler', memory: 256, timeout: 30 },
  service: { name: '', logProject: '', logStore: '', qualifier: '', versionId: '' },
};

const NOTHING = {
  requestId: '',
  accountId: '',
  region: '',
  credentials: null,
  functionName: '',
  timeoutMs: 3000,
};

it("parses Function Compute's context", () => {
  expect(parseFunctionContext(CONTEXT)).toEqual({
    requestId: '1-5ad7',
    accountId: '1234567890',
    region: 'cn-hangzhou',
    credentials: CONTEXT.credentials,
    functionName: 'query-robot-tasks',
    timeoutMs: 30_000,
  });
});

it.each([
  { name: 'no context', context: undefined },
  { name: 'an empty one', context: {} },
  { name: 'no role', context: { credentials: {} } },
  { name: 'half a key', context: { credentials: { accessKeyId: 'id' } } },
  { name: 'other types', context: { requestId: 1, credentials: [], function: 'f' } },
])('makes do with $name', ({ context }) => {
  expect(parseFunctionContext(context)).toEqual(NOTHING);
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.anything(), (context) => {
      expect(parseFunctionContext(context).timeoutMs).not.toBeNaN();
    }),
  );
});

describe('the keys to sign with', () => {
  const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'env-id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'env-secret' };

  it("are the context's, which are fresh", () => {
    expect(findCredentials(parseFunctionContext(CONTEXT), env)).toEqual(CONTEXT.credentials);
  });

  it.each([
    { name: 'without a token', more: {}, token: {} },
    { name: 'with an empty token', more: { ALIBABA_CLOUD_SECURITY_TOKEN: '' }, token: {} },
    {
      name: 'with a token',
      more: { ALIBABA_CLOUD_SECURITY_TOKEN: 'env-token' },
      token: { securityToken: 'env-token' },
    },
  ])("are the environment's, $name, when the context has none", ({ more, token }) => {
    expect(findCredentials(parseFunctionContext({}), { ...env, ...more })).toEqual({
      accessKeyId: 'env-id',
      accessKeySecret: 'env-secret',
      ...token,
    });
  });

  it.each([{}, { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id' }, { ...env, ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' }])(
    'are none in %j',
    (incomplete) => {
      expect(findCredentials(parseFunctionContext({}), incomplete)).toBeNull();
    },
  );
});
