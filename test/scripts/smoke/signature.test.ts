import OpenApiUtil from '@alicloud/openapi-util';
import { signGet } from '../../../scripts/smoke/signature';

const NOW = Date.parse('2026-03-02T02:15:00.789Z');
const KEYS = { accessKeyId: 'LTAI-user', accessKeySecret: 'the-users-secret' };

/** What the SDK's own signer makes of it, called as the vendor's sample for HTTP triggers does. */
function signedByTheSdk(url: URL, headers: Record<string, string>): string {
  const request = {
    method: 'GET',
    pathname: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
  };
  return OpenApiUtil.getAuthorization(
    request as never,
    'ACS3-HMAC-SHA256',
    '',
    KEYS.accessKeyId,
    KEYS.accessKeySecret,
  );
}

const urls = [
  { name: 'a path alone', url: 'https://x.cn-hangzhou.fcapp.run/healthz' },
  { name: 'a query', url: 'https://x.cn-hangzhou.fcapp.run/tasks?pageSize=1&page=1' },
  {
    name: 'values to be encoded, and an empty one',
    url: "https://x.fcapp.run/tasks?taskName=催收 (a*b!)'&a.b=&aa=1",
  },
];

describe.each(urls)('The signature is the one that the SDK makes: $name', ({ url }) => {
  test.each([
    { name: 'lasting keys', keys: KEYS },
    { name: 'temporary keys', keys: { ...KEYS, securityToken: 'the-token' } },
  ])('$name', ({ keys }) => {
    const { authorization, ...headers } = signGet(new URL(url), keys, NOW);
    expect(headers['x-acs-date']).toBe('2026-03-02T02:15:00Z');
    expect(authorization).toBe(signedByTheSdk(new URL(url), headers));
  });
});
