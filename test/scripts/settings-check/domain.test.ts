import { createPrivateKey } from 'node:crypto';
import { createHostCertificate } from '../../../bench/certificate';
import { domainNotes, domainProblems } from '../../../scripts/settings-check/domain';
import type { Environment } from '../../../shared/runtime/environment';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const HOST = 'robots.example.com';
const CERTIFICATE = '{"certName":"robots","certificate":"./robots.pem","privateKey":"./robots.key"}';
const URL_OF_PAGE = `https://${HOST}`;

const wanted = (needsDomain: boolean, files: Readonly<Record<string, string>> = {}) => ({
  files: new Map(Object.entries(files)),
  needsDomain,
  now: NOW,
});

const domains: [name: string, env: Record<string, string>, says: string][] = [
  [
    'a URL for a name',
    { QUERY_DOMAIN: 'https://robots.example.com', QUERY_DOMAIN_PROTOCOL: 'HTTP' },
    'QUERY_DOMAIN must be a host name',
  ],
  [
    'a domain that is not one’s own',
    { QUERY_DOMAIN: 'query.cn-hangzhou.fcapp.run', QUERY_DOMAIN_PROTOCOL: 'HTTP' },
    'QUERY_DOMAIN must be a domain of your own',
  ],
  [
    'no certificate',
    { QUERY_DOMAIN: 'robots.example.com' },
    'QUERY_DOMAIN_CERTIFICATE is needed for HTTPS. QUERY_DOMAIN_PROTOCOL=HTTP needs none, but',
  ],
  [
    'an unknown protocol',
    {
      QUERY_DOMAIN: 'robots.example.com',
      QUERY_DOMAIN_PROTOCOL: 'https',
      QUERY_DOMAIN_CERTIFICATE: '{"certId":1}',
    },
    'QUERY_DOMAIN_PROTOCOL must be HTTPS, HTTP or HTTP,HTTPS',
  ],
  [
    'a certificate for nothing',
    {
      QUERY_DOMAIN: 'robots.example.com',
      QUERY_DOMAIN_PROTOCOL: 'HTTP',
      QUERY_DOMAIN_CERTIFICATE: '{"certId":1}',
    },
    'QUERY_DOMAIN_CERTIFICATE is of no use with QUERY_DOMAIN_PROTOCOL=HTTP',
  ],
  [
    'a blank before the name',
    { QUERY_DOMAIN: ' robots.example.com', QUERY_DOMAIN_CERTIFICATE: '{"certId":1}' },
    'QUERY_DOMAIN has blanks or line breaks around it',
  ],
  ['a protocol without a name', { QUERY_DOMAIN_PROTOCOL: 'HTTP' }, 'is of no use without QUERY_DOMAIN'],
  [
    'a certificate that is no JSON',
    { QUERY_DOMAIN: 'robots.example.com', QUERY_DOMAIN_CERTIFICATE: 'robots.pem' },
    'QUERY_DOMAIN_CERTIFICATE must be JSON',
  ],
  [
    'a certificate without its key',
    {
      QUERY_DOMAIN: 'robots.example.com',
      QUERY_DOMAIN_CERTIFICATE: '{"certName":"robots","certificate":"./robots.pem"}',
    },
    'QUERY_DOMAIN_CERTIFICATE must be JSON',
  ],
];
test.each(domains)('It finds about the domain: %s', (_name, env, says) => {
  expect(domainProblems(env, wanted(false))).toEqual([expect.stringContaining(says)]);
});

test('With --domain a domain is needed', () => {
  expect(domainProblems({}, wanted(false))).toEqual([]);
  expect(domainProblems({}, wanted(true))).toEqual([
    'QUERY_DOMAIN is needed for --domain: a name below a domain of your own',
  ]);
});

describe('The files of the certificate', () => {
  const own = createHostCertificate(HOST, NOW, 90);
  const other = createHostCertificate('shop.example.com', NOW);
  const old = createHostCertificate(HOST, NOW - 30 * 24 * 60 * 60 * 1000);
  const encrypted = createPrivateKey(own.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString();

  function problemsOf(files: Readonly<Record<string, string>>, certificate = CERTIFICATE) {
    const env = { QUERY_DOMAIN: HOST, QUERY_DOMAIN_CERTIFICATE: certificate };
    const problems = domainProblems(env, wanted(true, files));
    // Without --domain they stop nobody.
    expect(domainProblems(env, wanted(false, files))).toEqual([]);
    expect(domainNotes(env, URL_OF_PAGE, wanted(false, files))).toEqual(
      problems.map((problem) => `${problem}. Only \`npm run deploy -- --domain\` needs it.`),
    );
    return problems;
  }
  const pair = (certificate: string, key: string) => ({ './robots.pem': certificate, './robots.key': key });

  test.each([
    ['are both missing', {}, 'under certificate and privateKey cannot be read'],
    ['are half there', { './robots.pem': own.cert }, 'under privateKey cannot be read'],
    ['hold something else', pair('x', own.key), 'under certificate holds no certificate'],
    ['need a passphrase', pair(own.cert, encrypted), 'without a passphrase'],
    ['do not belong together', pair(own.cert, other.key), 'not that of the certificate'],
    ['are for another host', pair(other.cert, other.key), `not for ${HOST}`],
    ['are of last month', pair(old.cert, old.key), 'has expired'],
  ])('are told when they %s', (_name, files, says) => {
    const problems = problemsOf(files);
    expect(problems).toEqual([expect.stringContaining(says)]);
    expect(problems[0]).toMatch(/^QUERY_DOMAIN_CERTIFICATE: /);
  });

  test('are fine when they are', () => {
    expect(problemsOf(pair(own.cert, own.key))).toEqual([]);
  });

  test('are not shown when their text or a URL stands where a name should', () => {
    const url = 'https://x.example.com/k.pem?Signature=SIGNED';
    const values = { certName: 'a', certificate: url, privateKey: own.key };
    const problems = problemsOf({}, JSON.stringify(values));
    expect(problems).toEqual([expect.stringContaining('not its text and no URL')]);
    expect(problems.join()).not.toMatch(/SIGNED|BEGIN/);
  });
});

describe('It is noted', () => {
  const PLAIN: unknown = expect.stringContaining(
    'QUERY_DOMAIN_PROTOCOL lets the page be opened without encryption',
  );
  const withTls = { QUERY_DOMAIN: HOST, QUERY_DOMAIN_CERTIFICATE: '{"certId":1}' };
  const notes = (env: Environment, queryUrl: string) => domainNotes(env, queryUrl, wanted(false));

  test('when the network would see the tokens', () => {
    expect(notes({ QUERY_DOMAIN: HOST, QUERY_DOMAIN_PROTOCOL: 'HTTP' }, '')).toEqual([PLAIN]);
    const both = { ...withTls, QUERY_DOMAIN_PROTOCOL: 'HTTP,HTTPS' };
    expect(notes(both, 'https://Robots.example.com:443/')).toEqual([PLAIN]);
  });

  test.each([
    { days: 31, says: null },
    { days: 30, says: 'ends in 30 days, on 2026-12-25.' },
    { days: 1, says: 'ends in 1 day, on 2026-11-26.' },
    { days: 0.5, says: 'ends in less than a day, on 2026-11-26.' },
  ])('that a certificate which is good for $days days more nears its end: $says', ({ days, says }) => {
    const { cert, key } = createHostCertificate(HOST, NOW, days);
    const env = { QUERY_DOMAIN: HOST, QUERY_DOMAIN_CERTIFICATE: CERTIFICATE };
    for (const needsDomain of [true, false]) {
      const looked = wanted(needsDomain, { './robots.pem': cert, './robots.key': key });
      const expected =
        says === null ? [] : [expect.stringContaining(`the certificate ${says} Nobody renews`)];
      expect(domainNotes(env, URL_OF_PAGE, looked)).toEqual(expected);
    }
  });

  test('when no alert links there', () => {
    expect(notes(withTls, `${URL_OF_PAGE}.cn`)).toEqual([
      `QUERY_URL is not ${URL_OF_PAGE}, so alerts do not link to the page there.`,
    ]);
    expect(notes(withTls, URL_OF_PAGE)).toEqual([]);
    const chinese = { ...withTls, QUERY_DOMAIN: 'xn--fiqs8s.xn--fiqz9s' };
    expect(domainProblems(chinese, wanted(true))).toEqual([]);
    expect(notes(chinese, 'https://xn--fiqs8s.xn--fiqz9s')).toEqual([]);
  });
});
