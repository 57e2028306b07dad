import { getSystemErrorName } from 'node:util';
import type { TablestoreLocation } from '../location';
import { networkCause } from '../../runtime/network';
import type { Text } from '../../text';
import { StoreError } from '../store';

/**
 * condition: the row is not as the condition demands. no-table, table-exists: of the table itself. loading: the table
 * is being made ready. busy: throttled, or two writers on one row. broken: nobody knows whether the operation was
 * carried out. refused: everything else; it stays so until a person changes something.
 */
export type TablestoreErrorKind =
  | 'condition'
  | 'no-table'
  | 'table-exists'
  | 'loading'
  | 'busy'
  | 'broken'
  | 'refused';

/** One failed call. The text is ours, without a full stop, with the service's code and request id and nothing else of it. */
export class TablestoreError extends Error {
  override readonly name = 'TablestoreError';
  readonly kind: TablestoreErrorKind;
  readonly text: Text;
  /** These keys may not do this. */
  readonly isDenied: boolean;

  constructor(kind: TablestoreErrorKind, text: Text, options: { cause?: unknown; isDenied?: boolean } = {}) {
    super(text.en, options);
    this.kind = kind;
    this.text = text;
    this.isDenied = options.isDenied === true;
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

/** What a person can do, by the code. */
const REMEDIES: Readonly<Record<string, Text>> = {
  OTSTableNotReady: {
    en: 'the table is being made ready, which takes up to a minute after its creation',
    'zh-CN': '数据表正在准备，创建后最多需要一分钟',
  },
  OTSNoPermissionAccess: {
    en: 'grant ots:GetRow and ots:PutRow on this table (and ots:CreateTable while it does not exist) to the role of the function or the RAM user',
    'zh-CN':
      '请给函数的角色或 RAM 用户授予该表的 ots:GetRow 和 ots:PutRow 权限（表还不存在时加上 ots:CreateTable）',
  },
  OTSInvalidPK: {
    en: 'the table was made for something else; name another table in STATE_STORE and it will be created',
    'zh-CN': '这张表有别的用途，请在 STATE_STORE 里换一个表名，会自动创建',
  },
  OTSQuotaExhausted: {
    en: 'the instance has no room for another table, or gets too many table operations; see its quotas',
    'zh-CN': '实例的表数量已满，或表操作过于频繁，请查看其配额',
  },
  OTSOutOfRowSizeLimit: {
    en: 'the state is larger than a row can be; watch fewer tasks or use another STATE_STORE',
    'zh-CN': '状态超过了一行的上限，请减少监控的任务，或改用别的 STATE_STORE',
  },
};

/**
 * OTSAuthFailed stands for many things. The first that fits the service's words counts: they can hold an access key's id,
 * which can begin with STS.
 */
const AUTH_REMEDIES: readonly (Text & { words: RegExp })[] = [
  {
    words: /signature/i,
    en: 'the access key secret does not fit its id; correct the keys',
    'zh-CN': 'AccessKey Secret 与 ID 不匹配，请改正密钥',
  },
  {
    words: /x-ots-date/i,
    en: 'the clock of this machine is wrong; set it',
    'zh-CN': '本机时钟不准，请校准',
  },
  {
    words: /accesskey/i,
    en: 'the access key does not exist or is disabled; correct the keys',
    'zh-CN': 'AccessKey 不存在或已禁用，请改正密钥',
  },
  {
    words: /acl|network/i,
    en: 'the network access rules of the instance do not let this function in; change them in its console',
    'zh-CN': '实例的网络访问规则不允许该函数访问，请到实例的控制台修改',
  },
  {
    words: /sts|token|expire/i,
    en: 'the temporary keys are invalid or have expired; the function needs a role, or fresh keys',
    'zh-CN': '临时密钥无效或已过期，函数需要配置角色，或换上新的密钥',
  },
  {
    words: /instance is not running/i,
    en: 'the instance is not running; look at it in the Tablestore console',
    'zh-CN': '实例没有在运行，请到表格存储控制台查看',
  },
  {
    words: /instance/i,
    en: 'the instance does not exist in this region, or these keys may not use it; correct STATE_STORE or the permissions',
    'zh-CN': '该地域没有这个实例，或密钥无权使用它，请改正 STATE_STORE 或权限',
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
  if (code === 'NetworkingError') return outOfReach(errno, text, error);
  const otsCode = /OTS[A-Za-z]+/.exec(text)?.[0] ?? null;
  const status = typeof code === 'number' ? code : null;
  if (otsCode === null && status === null) {
    const unread = { en: 'Tablestore gave an answer that cannot be read', 'zh-CN': '表格存储的应答无法解析' };
    return new TablestoreError('broken', unread, { cause: error });
  }
  const id = headers?.['x-ots-requestid'];
  const requestId = typeof id === 'string' && /^[\w.:-]{1,80}$/.test(id) ? id : null;
  const answer = otsCode ?? `HTTP ${status}`;
  const kind = otsCode === null ? (status !== null && status >= 500 ? 'broken' : 'refused') : KINDS[otsCode];
  const remedy =
    otsCode === 'OTSAuthFailed'
      ? AUTH_REMEDIES.find(({ words }) => words.test(text))
      : REMEDIES[otsCode ?? ''];
  // No cause: the SDK's error holds the answer's headers and text, which name the access key.
  const said = {
    en:
      `Tablestore answers ${answer}${requestId === null ? '' : `, request ${requestId}`}` +
      (remedy === undefined ? '' : `: ${remedy.en}`),
    'zh-CN':
      `表格存储返回 ${answer}${requestId === null ? '' : `（请求 ID ${requestId}）`}` +
      (remedy === undefined ? '' : `：${remedy['zh-CN']}`),
  };
  return new TablestoreError(kind ?? 'refused', said, { isDenied: otsCode === 'OTSNoPermissionAccess' });
}

function outOfReach(errno: unknown, message: string, cause: unknown): TablestoreError {
  const reason =
    typeof errno === 'number' && errno < 0 ? getSystemErrorName(errno) : message || 'connection lost';
  const remedy =
    reason === 'ENOTFOUND'
      ? { en: 'correct the instance and region in STATE_STORE', 'zh-CN': '请改正 STATE_STORE 里的实例和地域' }
      : { en: 'check the network', 'zh-CN': '请检查网络' };
  const why = networkCause(reason);
  return new TablestoreError(
    'broken',
    {
      en: `Tablestore cannot be reached${why === null ? '' : `, ${why.en}`} (${reason}): ${remedy.en} (TABLESTORE_ENDPOINT, if that is set)`,
      'zh-CN': `无法连接表格存储${why === null ? '' : `，${why['zh-CN']}`}（${reason}）：${remedy['zh-CN']}（如果设置了 TABLESTORE_ENDPOINT，也请检查它）`,
    },
    { cause },
  );
}

/** No answer came in the time allowed. */
export function tooSlow(): TablestoreError {
  return new TablestoreError('broken', {
    en: 'Tablestore does not answer in time',
    'zh-CN': '表格存储在时限内没有应答',
  });
}

/** The error that leaves the store when a call has failed for good. `document` says what cannot be used, and where it is. */
export function unreachable(document: Text, error: TablestoreError): StoreError {
  return new StoreError(
    'unreachable',
    {
      en: `${document.en} cannot be used. ${error.text.en}.`,
      'zh-CN': `${document['zh-CN']}无法使用。${error.text['zh-CN']}。`,
    },
    { cause: error, isDenied: error.isDenied },
  );
}

/** The table, as STATE_STORE names it. */
export function placeOf({ instance, region, table }: TablestoreLocation): string {
  return `tablestore://${instance}.${region}/${table}`;
}
