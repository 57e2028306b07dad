import { getSystemErrorName } from 'node:util';
import type { TablestoreLocation } from './location';
import { StateStoreError } from './store';

/**
 * condition: the row is not as the condition demands. no-table, table-exists: of the table itself. loading: the table
 * is being made ready. busy: throttled, or two writers on one row. broken: nobody knows whether the operation was
 * carried out. refused: everything else; it stays so until a person changes something.
 */
export type TablestoreErrorKind =
  'condition' | 'no-table' | 'table-exists' | 'loading' | 'busy' | 'broken' | 'refused';

/** One failed call. The message is a sentence of ours, with the service's code and request id and nothing else of it. */
export class TablestoreError extends Error {
  override readonly name = 'TablestoreError';
  readonly kind: TablestoreErrorKind;

  constructor(kind: TablestoreErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.kind = kind;
  }

  /** Whether the same call may succeed a moment later. */
  get passing(): boolean {
    return this.kind === 'loading' || this.kind === 'busy' || this.kind === 'broken';
  }
}

/** https://www.alibabacloud.com/help/en/tablestore/developer-reference/error-codes */
const KINDS: Readonly<Record<string, TablestoreErrorKind>> = {
  OTSConditionCheckFail: 'condition',
  OTSObjectNotExist: 'no-table',
  OTSObjectAlreadyExist: 'table-exists',
  OTSTableNotReady: 'loading',
  OTSPartitionUnavailable: 'loading',
  OTSServerBusy: 'busy',
  OTSNotEnoughCapacityUnit: 'busy',
  OTSCapacityUnitExhausted: 'busy',
  OTSOperationThrottled: 'busy',
  OTSRowOperationConflict: 'busy',
  OTSTooFrequentReservedThroughputAdjustment: 'busy',
  OTSTimeout: 'broken',
  OTSRequestTimeout: 'broken',
  OTSInternalServerError: 'broken',
  OTSServerUnavailable: 'broken',
};

/**
 * What a person can do, by the code and, where one code stands for many things, the service's words. The first that
 * fits counts: the words can hold an access key's id, which can begin with STS.
 */
const REMEDIES: readonly { code: string; words: RegExp; remedy: string }[] = [
  {
    code: 'OTSTableNotReady',
    words: /(?:)/,
    remedy: 'the table is being made ready, which takes up to a minute after its creation',
  },
  {
    code: 'OTSNoPermissionAccess',
    words: /(?:)/,
    remedy:
      'grant ots:GetRow and ots:PutRow on this table (and ots:CreateTable while it does not exist) to the role of the function or the RAM user',
  },
  {
    code: 'OTSAuthFailed',
    words: /signature/i,
    remedy: 'the access key secret does not fit its id; correct the keys',
  },
  { code: 'OTSAuthFailed', words: /x-ots-date/i, remedy: 'the clock of this machine is wrong; set it' },
  {
    code: 'OTSAuthFailed',
    words: /accesskey/i,
    remedy: 'the access key does not exist or is disabled; correct the keys',
  },
  {
    code: 'OTSAuthFailed',
    words: /acl|network/i,
    remedy:
      'the network access rules of the instance do not let this function in; change them in its console',
  },
  {
    code: 'OTSAuthFailed',
    words: /sts|token|expire/i,
    remedy: 'the temporary keys are invalid or have expired; the function needs a role, or fresh keys',
  },
  {
    code: 'OTSAuthFailed',
    words: /instance is not running/i,
    remedy: 'the instance is not running; look at it in the Tablestore console',
  },
  {
    code: 'OTSAuthFailed',
    words: /instance/i,
    remedy:
      'the instance does not exist in this region, or these keys may not use it; correct STATE_STORE or the permissions',
  },
  {
    code: 'OTSInvalidPK',
    words: /(?:)/,
    remedy: 'the table was made for something else; name another table in STATE_STORE and it will be created',
  },
  {
    code: 'OTSQuotaExhausted',
    words: /(?:)/,
    remedy: 'the instance has no room for another table, or gets too many table operations; see its quotas',
  },
  {
    code: 'OTSOutOfRowSizeLimit',
    words: /(?:)/,
    remedy: 'the state is larger than a row can be; watch fewer tasks or use another STATE_STORE',
  },
];

/** What the SDK's error holds, wherever it comes from. */
interface SdkError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errno?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/**
 * Makes sense of an error of the SDK. It sets `code` to the HTTP status (its parser for error bodies is missing from
 * the package) or to NetworkingError, and gives the undecoded protobuf body as the message, the service's code in it.
 */
export function parseTablestoreError(error: unknown): TablestoreError {
  const { code, message, errno, headers } = (error ?? {}) as SdkError;
  const text = typeof message === 'string' ? message : '';
  if (code === 'NetworkingError') {
    const reason =
      typeof errno === 'number' && errno < 0 ? getSystemErrorName(errno) : text || 'connection lost';
    const remedy =
      reason === 'ENOTFOUND' ? 'correct the instance and region in STATE_STORE' : 'check the network';
    return new TablestoreError(
      'broken',
      `Tablestore cannot be reached (${reason}): ${remedy} (TABLESTORE_ENDPOINT, if that is set)`,
      { cause: error },
    );
  }
  const otsCode = /OTS[A-Za-z]+/.exec(text)?.[0] ?? null;
  const status = typeof code === 'number' ? code : null;
  if (otsCode === null && status === null) {
    return new TablestoreError('broken', 'Tablestore gave an answer that cannot be read', { cause: error });
  }
  const requestId = headers?.['x-ots-requestid'];
  const facts = [
    otsCode ?? `HTTP ${status}`,
    ...(typeof requestId === 'string' ? [`request ${requestId}`] : []),
  ].join(', ');
  const kind = otsCode === null ? (status !== null && status >= 500 ? 'broken' : 'refused') : KINDS[otsCode];
  const remedy = REMEDIES.find((entry) => entry.code === otsCode && entry.words.test(text))?.remedy;
  // No cause: the SDK's error holds the answer's headers and text, which name the access key.
  return new TablestoreError(
    kind ?? 'refused',
    remedy === undefined ? `Tablestore answers ${facts}` : `Tablestore answers ${facts}: ${remedy}`,
  );
}

/** The error that leaves the store when a call has failed for good. */
export function unreachable(location: TablestoreLocation, error: TablestoreError): StateStoreError {
  return new StateStoreError(
    'unreachable',
    `The state in ${placeOf(location)} cannot be used. ${error.message}.`,
    { cause: error },
  );
}

/** The table, as STATE_STORE names it. */
export function placeOf({ instance, region, table }: TablestoreLocation): string {
  return `tablestore://${instance}.${region}/${table}`;
}
