import { NO_DATA, refused, rejected } from '../../../../shared/sources/openapi/errors';
import { RobotTaskError, type RobotTaskErrorKind } from '../../../../shared/robot-task-error';
import { refusalOf } from '../../../stand-ins/fake-client';
import { text } from '../../../stand-ins/text';

const CODES: readonly (readonly [string, RobotTaskErrorKind, boolean])[] = [
  ['Throttling', 'throttled', true],
  ['Throttling.User', 'throttled', true],
  ['Throttling.Api', 'throttled', true],
  ['isv.BUSINESS_LIMIT_CONTROL', 'throttled', true],
  ['InvalidAccessKeyId.NotFound', 'unauthorized', false],
  ['InvalidAccessKeyId.Inactive', 'unauthorized', false],
  ['SignatureDoesNotMatch', 'unauthorized', false],
  ['SignatureNonceUsed', 'unauthorized', false],
  ['InvalidTimeStamp.Expired', 'unauthorized', false],
  ['InvalidSecurityToken.Expired', 'unauthorized', false],
  ['InvalidSecurityToken.Malformed', 'unauthorized', false],
  ['Forbidden', 'unauthorized', false],
  ['Forbidden.RAM', 'unauthorized', false],
  ['NoPermission', 'unauthorized', false],
  ['isp.RAM_PERMISSION_DENY', 'unauthorized', false],
  ['InvalidCredentials', 'unauthorized', false],
  ['isv.OUT_OF_SERVICE', 'account', false],
  ['isv.AMOUNT_NOT_ENOUG', 'account', false],
  ['isv.AMOUNT_NOT_ENOUGH', 'account', false],
  ['isv.PRODUCT_UN_SUBSCRIPT', 'account', false],
  ['isv.PRODUCT_UNSUBSCRIBE', 'account', false],
  ['isv.ACCOUNT_ABNORMAL', 'account', false],
  ['isv.ACCOUNT_NOT_EXISTS', 'account', false],
  ['InvalidParameters', 'invalid', false],
  ['InvalidParameter.date', 'invalid', false],
  ['isv.SOMETHING_NEW', 'invalid', false],
  [NO_DATA, 'invalid', false],
  ['isp.SYSTEM_ERROR', 'unavailable', true],
  ['isp.GATEWAY_ERROR', 'unavailable', true],
  ['isp.UNKNOWN', 'unavailable', true],
  ['InternalError', 'unavailable', true],
  ['ServiceUnavailable', 'unavailable', true],
];

const PLACE = { host: null, permissions: ['dyvms:QueryRobotTaskList'] };

describe('a documented code decides the kind', () => {
  it.each(CODES.map(([code, kind, retry]) => ({ code, kind, retry })))(
    '$code is $kind, whatever the HTTP status',
    ({ code, kind, retry }) => {
      for (const statusCode of [200, 400, 403, 500, 503]) {
        const inBody = refused({ code, requestId: 'R-1', statusCode }, PLACE);
        const thrown = rejected(refusalOf(statusCode, code), PLACE);
        for (const failure of [inBody, thrown]) {
          expect(failure).toMatchObject({ error: { kind, code, requestId: 'R-1' }, retry });
        }
      }
    },
  );
});

describe('without a documented code the status decides', () => {
  it.each([
    { statusCode: 200, kind: 'unavailable', retry: false },
    { statusCode: 302, kind: 'unavailable', retry: false },
    { statusCode: 400, kind: 'invalid', retry: false },
    { statusCode: 401, kind: 'unauthorized', retry: false },
    { statusCode: 403, kind: 'unauthorized', retry: false },
    { statusCode: 404, kind: 'invalid', retry: false },
    { statusCode: 429, kind: 'throttled', retry: true },
    { statusCode: 500, kind: 'unavailable', retry: true },
    { statusCode: 503, kind: 'unavailable', retry: true },
  ])('HTTP $statusCode is $kind', ({ statusCode, kind, retry }) => {
    expect(refused({ code: 'Brand.New', requestId: null, statusCode }, PLACE)).toMatchObject({
      error: { kind },
      retry,
    });
    expect(refused({ code: null, requestId: null, statusCode }, PLACE)).toMatchObject({
      error: { kind },
      retry,
    });
    // What the core client writes when the body has no Code.
    const thrown = rejected(refusalOf(statusCode, 'undefined'), PLACE);
    expect(thrown).toMatchObject({ error: { kind, code: null }, retry });
  });
});

describe('what callApi rejects with', () => {
  it.each([
    { name: 'a reset connection', error: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) },
    { name: 'no such host', error: Object.assign(new Error('dns'), { code: 'ENOTFOUND' }) },
    { name: 'an error answer that is not JSON', error: new SyntaxError('Unexpected token <') },
    { name: 'an error answer that is an array', error: new Error('The value is not a object') },
    { name: 'a string', error: 'broken' },
    { name: 'nothing', error: undefined },
  ])('is worth another try when it is $name', ({ error }) => {
    expect(rejected(error, PLACE)).toMatchObject({
      error: { kind: 'unavailable', code: null, requestId: null },
      retry: true,
    });
  });

  it('is a timeout, without another try, when the core client says so', () => {
    const error = Object.assign(new Error('ReadTimeout'), { name: 'RequestTimeoutError' });
    expect(rejected(error, PLACE)).toMatchObject({ error: { kind: 'timeout' }, retry: false });
  });

  it('is refused as it is when it is ours already', () => {
    const error = new RobotTaskError('unauthorized', text('no credentials'));
    expect(rejected(error, PLACE)).toEqual({ error, retry: false });
  });

  it('finds the request id in lower case too', () => {
    const error = Object.assign(new Error('x'), {
      code: 'Forbidden',
      statusCode: 403,
      data: { requestId: 'R-2' },
    });
    expect(rejected(error, PLACE).error.requestId).toBe('R-2');
  });

  it('is believed without a status, as a client of somebody else may throw it', () => {
    expect(rejected({ code: 'Throttling.User' }, PLACE)).toMatchObject({
      error: { kind: 'throttled' },
      retry: true,
    });
  });
});

it('shows no code and no request id that does not look like one', () => {
  const words = 'the task "回访" of <b>somebody</b>';
  const { error } = refused({ code: words, requestId: words, statusCode: 500 }, PLACE);
  expect(error).toMatchObject({ kind: 'unavailable', code: null, requestId: null });
});

test('what the service repeats of a secret is masked: in its code, its request id and its words', () => {
  const secret = 'STS.NTmarkedSecretToken0123456789';
  const place = { ...PLACE, secrets: () => [secret] };
  const said = `${'x'.repeat(180)} ${secret}`;
  const { error } = refused(
    { code: secret, requestId: `R-${secret}`, message: said, statusCode: 400 },
    place,
  );
  expect([error.code, error.requestId]).toEqual(['***', 'R-***']);
  expect(`${error.explanation ?? ''}${error.message}`).not.toMatch(/marked|STS\.NT/);
});
