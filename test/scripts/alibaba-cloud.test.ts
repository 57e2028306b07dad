import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCallApi } from '../../scripts/alibaba-cloud';
import { functionComputeService, ramService } from '../../scripts/services';

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a call of RAM in the older style and one of Function Compute in the newer one come to; `HOST` stands for the server. */
async function outcomes(answer: Answer | null, timeoutMs = 5000): Promise<string[]> {
  const server = createServer((_request, response) => {
    if (answer === null) return;
    response.writeHead(answer.status ?? 200, { connection: 'close', ...answer.headers });
    response.end(answer.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const callApi = createCallApi({ accessKeyId: 'LTAI', accessKeySecret: 'the-secret' });
  const roa = { method: 'GET', pathname: '/2023-03-30/functions/f' } as const;
  try {
    const calls = [
      callApi(ramService({ RAM_ENDPOINT: `http://${host}` }), { action: 'CreateRole', timeoutMs }),
      callApi(functionComputeService({ FC_ENDPOINT: `http://${host}` }, 'r', '1'), {
        action: 'GetFunction',
        roa,
        timeoutMs,
      }),
    ];
    const settled = await Promise.allSettled(calls);
    return settled.map((one) =>
      (one.status === 'fulfilled' ? `body ${one.value.body}` : (one.reason as Error).message).replaceAll(
        host,
        'HOST',
      ),
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** With the words for both. */
function both(words: string): string[] {
  return [`ram:CreateRole: RAM (HOST) ${words}.`, `fc:GetFunction: Function Compute (HOST) ${words}.`];
}

const NO_PERMISSION = [
  'These keys need the permission ram:CreateRole.',
  'These keys need the permission fc:GetFunction.',
];

test.each<{ name: string; answer: Answer; says: string[] }>([
  {
    name: 'an object',
    answer: { body: '{"RequestId":"R"}' },
    says: ['body {"RequestId":"R"}', 'body {"RequestId":"R"}'],
  },
  {
    name: 'a success that says so',
    answer: { body: '{"Code":"200"}' },
    says: ['body {"Code":"200"}', 'body {"Code":"200"}'],
  },
  {
    name: 'a refusal with 200',
    answer: { body: '{"Code":"NoPermission","Message":"no"}' },
    says: NO_PERMISSION,
  },
  {
    name: 'a page with 200',
    answer: { body: '<html>sign in</html>' },
    says: both('answers with 200 and something that is no JSON object'),
  },
  {
    name: 'a list',
    answer: { body: '[1]' },
    says: both('answers with 200 and something that is no JSON object'),
  },
  { name: 'nothing', answer: { body: '' }, says: both('answers with 200 and nothing else') },
  {
    name: 'a redirect',
    answer: { status: 302, headers: { location: 'https://portal.example.com/login?token=t' } },
    says: both('answers with 302, a redirect to portal.example.com'),
  },
  {
    name: 'XML with 400',
    answer: { status: 400, body: '<Error/>' },
    says: both('answers with 400 and something that is no JSON object'),
  },
  {
    name: 'a page with 502',
    answer: { status: 502, body: '<html>' },
    says: both('answers with 502 and something that is no JSON object'),
  },
])('$name is told as what it is, by service, host and status', async ({ answer, says }) => {
  expect(await outcomes(answer)).toEqual(says);
});

test('A service that says nothing is named, with how long it was waited for', async () => {
  expect(await outcomes(null, 1000)).toEqual(both('does not answer within 1 s'));
});

test('What a service says reaches no terminal raw, and without the secret', async () => {
  const Message = '\u001b]0;title\u0007\u001b[31mred\u001b[0m \u202eevil\u009b2J the-secret \r\nend';
  const said = await outcomes({
    status: 400,
    body: JSON.stringify({ Code: 'Odd\u001b[2J', Message, RequestId: 'R\u0007' }),
  });
  expect(said[0]).toBe('ram:CreateRole was refused: Odd red evil *** \nend (request R).');
  expect(said.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});
