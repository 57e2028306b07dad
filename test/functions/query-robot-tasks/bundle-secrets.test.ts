/** Whatever goes wrong, no secret comes out: not in an answer, not in a log line at any level. */
import { BROKEN_ANSWERS, type FaultRule } from '../../../local/simulator/faults/faults';
import { createSimulator } from '../../../local/simulator/simulator';
import { SOURCES } from '../../../shared/robot-task';
import { sourceEnvironment } from '../../stand-ins/source-environment';
import { startBundle, CONTEXT, type Bundle } from './bundle';
import { httpEvent, type EventChanges } from './events';

const SECRETS = {
  token: 'MARKED-API-TOKEN/+12',
  otherToken: 'MARKED-OTHER-TOKEN-12',
  operatorToken: 'MARKED-OPERATOR-TOKEN-12',
  triedToken: 'MARKED-TRIED-TOKEN-12',
  keyId: 'LTAI5tMARKEDKEYID',
  keySecret: 'MARKED-KEY-SECRET',
  securityToken: 'MARKED-SECURITY-TOKEN/+==',
  environmentKeySecret: 'MARKED-ENVIRONMENT-KEY-SECRET',
  taskName: 'MARKED-任务-NAME',
  upstreamText: 'MARKED-UPSTREAM-TEXT',
};
/** A marked secret in any wrapping, or a signature. */
const LEAK = /MARKED|[0-9a-f]{64}/;

const KEY = {
  accessKeyId: SECRETS.keyId,
  accessKeySecret: SECRETS.keySecret,
  securityToken: SECRETS.securityToken,
};
const AUTHORIZED = { Authorization: `Bearer ${SECRETS.token}` };
describe.each(SOURCES)('with the source %s,', (source) => {
  const simulator = createSimulator({ source, credentials: [KEY] });
  let bundle: Bundle;

  beforeAll(async () => {
    const endpoint = await simulator.listen();
    simulator.tasks.seed(150);
    bundle = startBundle({
      ...sourceEnvironment(source, endpoint),
      API_TOKENS: `${SECRETS.otherToken},${SECRETS.token}`,
      OPERATOR_TOKENS: `zhang:${SECRETS.operatorToken}`,
      LOG_LEVEL: 'trace',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tENVIRONMENT',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: SECRETS.environmentKeySecret,
    });
  });

  beforeEach(() => {
    simulator.setFaults([]);
    simulator.setCredentials([KEY]);
  });

  afterAll(async () => {
    await bundle.close();
    await simulator.close();
  });

  async function expectNoLeak(changes: EventChanges, credentials: object = KEY, timeout = 30) {
    const context = { ...CONTEXT, credentials, function: { timeout } };
    const answer = await bundle.invoke(httpEvent({ headers: AUTHORIZED, ...changes }), context);
    expect(JSON.stringify(answer)).not.toMatch(LEAK);
    expect(await bundle.output()).not.toMatch(LEAK);
    return answer.statusCode;
  }

  const NAMED = { taskName: SECRETS.taskName };

  describe('no secret comes out when upstream', () => {
    const code = (name: string, httpStatus: number): FaultRule => ({
      then: {
        fault: 'code',
        code: name,
        httpStatus,
        message: `${SECRETS.upstreamText} ${SECRETS.keyId} ${SECRETS.keySecret}`,
      },
    });
    const rows: [name: string, rule: FaultRule][] = [
      ...[400, 200].flatMap((httpStatus) =>
        [
          'Throttling.User',
          'SignatureDoesNotMatch',
          'isv.OUT_OF_SERVICE',
          'InvalidParameters',
          'isp.UNKNOWN',
          'What',
        ].map((name): [string, FaultRule] => [`answers ${name} with ${httpStatus}`, code(name, httpStatus)]),
      ),
      ...BROKEN_ANSWERS.map((as): [string, FaultRule] => [
        `answers ${as}`,
        { then: { fault: 'broken', as } },
      ]),
      ['echoes a secret as its code', code(SECRETS.upstreamText.padEnd(90, 'x'), 400)],
      ['answers text', { then: { fault: 'raw', httpStatus: 500, body: SECRETS.upstreamText } }],
      ['answers text as Data', { then: { fault: 'data', value: SECRETS.upstreamText } }],
      ['is silent', { then: { fault: 'stall', after: 'request' } }],
      ['is silent in the middle', { then: { fault: 'stall', after: 'half' } }],
      ['trickles', { then: { fault: 'trickle', everyMs: 100 } }],
      ['resets connections', { then: { fault: 'reset', after: 'connect' } }],
      ['resets calls', { then: { fault: 'reset', after: 'request' } }],
      ['resets answers', { then: { fault: 'reset', after: 'half' } }],
      ['cuts its answer', { then: { fault: 'cut' } }],
      ['compresses', { then: { fault: 'gzip' } }],
    ];
    it.each(rows)('%s', async (_name, rule) => {
      simulator.setFaults([rule]);
      // Some of these end with the time alone.
      const statuses = await Promise.all([
        expectNoLeak({ query: NAMED }, KEY, 1),
        expectNoLeak({ rawPath: '/tasks/1045001' }, KEY, 1),
      ]);
      for (const status of statuses) expect(status).toBeGreaterThanOrEqual(400);
    });

    it('refuses the key, or its token', async () => {
      simulator.setCredentials([]);
      expect(await expectNoLeak({ query: NAMED })).toBe(502);
      simulator.setCredentials([{ ...KEY, accessKeySecret: 'another' }]);
      expect(await expectNoLeak({ query: { ...NAMED, sort: 'id' } })).toBe(502);
      simulator.setCredentials([{ ...KEY, securityToken: 'another' }]);
      expect(await expectNoLeak({ query: NAMED })).toBe(502);
    });

    it('knows nothing of the key from the environment', async () => {
      expect(await expectNoLeak({ query: NAMED }, {})).toBe(502);
    });
  });

  describe('no secret comes out when the caller', () => {
    const rows: [name: string, changes: EventChanges][] = [
      ['sends a wrong token', { headers: { Authorization: `Bearer ${SECRETS.triedToken}` } }],
      ['sends no Bearer', { headers: { Authorization: SECRETS.token } }],
      ['is an operator', { headers: { Authorization: `Bearer ${SECRETS.operatorToken}` } }],
      ['sends the name as well', { headers: { Authorization: `Bearer zhang:${SECRETS.operatorToken}` } }],
      ['uses a wrong method', { method: SECRETS.triedToken }],
      ['asks for another path', { rawPath: `/${SECRETS.triedToken}` }],
      ['asks for no id', { rawPath: `/tasks/${SECRETS.triedToken}` }],
      [
        'sends a secret for a value',
        { query: { status: SECRETS.token, sort: SECRETS.token, page: SECRETS.token } },
      ],
      ['sends a secret for an origin', { headers: { ...AUTHORIZED, Origin: SECRETS.triedToken } }],
    ];
    it.each(rows)('%s', async (_name, changes) => {
      await expectNoLeak(changes);
    });
  });

  it('no secret comes out when all is well', async () => {
    expect(await expectNoLeak({ query: NAMED })).toBe(200);
    expect(await expectNoLeak({ query: { sort: 'id' } })).toBe(200);
  });

  it('a secret that gets into a log line by a way that nobody thought of is masked there', async () => {
    const { token, otherToken, operatorToken, keySecret, securityToken } = SECRETS;
    const inside = [token, otherToken, operatorToken, `zhang:${operatorToken}`, keySecret, securityToken];
    for (const requestId of inside) {
      await bundle.invoke(httpEvent({ headers: AUTHORIZED }), { ...CONTEXT, credentials: KEY, requestId });
    }
    expect(await bundle.output()).not.toMatch(LEAK);
    expect(await bundle.output()).not.toContain('zhang');
    expect(await bundle.output()).toContain('"requestId":"***"');
  });

  it('the marks would be seen: the log is read, down to each call of upstream', async () => {
    await expectNoLeak({ query: NAMED });
    expect(await bundle.output()).toMatch(/"level":"debug".*"(QueryRobotTaskList|ListTask)"/);
  });
});
