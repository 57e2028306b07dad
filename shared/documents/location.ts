/** Where documents are kept, as STATE_STORE says. */
export type StateStoreLocation = { readonly kind: 'memory' } | SharedLocation;

/** A place that several processes share. */
export type SharedLocation = { readonly kind: 'file'; readonly path: string } | TablestoreLocation;

export interface TablestoreLocation {
  readonly kind: 'tablestore';
  readonly instance: string;
  readonly region: string;
  readonly table: string;
}

/** Where what operators do is kept, beside the state: a document with rights of its own. */
export function operatorsLocation<L extends SharedLocation>(state: L): L {
  return state.kind === 'file'
    ? { ...state, path: `${state.path}.operators` }
    : { ...state, table: `${state.table}_operators` };
}

/**
 * https://www.alibabacloud.com/help/en/tablestore/general-limits-of-tablestore: letters, digits and hyphens, from 3 to
 * 16 of them when a person names the instance. Names that the service generates may be longer, up to a DNS label.
 */
const INSTANCE = /^[A-Za-z][A-Za-z0-9-]{1,61}[A-Za-z0-9]$/;
const REGION = /^[a-z]{2,}(?:-[a-z0-9]+)+$/;
/** Same page. */
const TABLE = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

/**
 * Parses STATE_STORE: `memory`, `file:<path>` or `tablestore://<instance>.<region>/<table>`. Throws an Error that
 * completes "STATE_STORE …" (see ParseVariable).
 */
export function parseStateStore(value: string): StateStoreLocation {
  if (value === 'memory') return { kind: 'memory' };
  if (value.startsWith('file:')) return parseFile(value.slice('file:'.length));
  if (value.startsWith('tablestore://')) return parseTablestore(value.slice('tablestore://'.length));
  throw new Error('must be memory, file:<path> or tablestore://<instance>.<region>/<table>');
}

/** `file:///path` is what a URL of a file looks like, and means the same. */
function parseFile(rest: string): StateStoreLocation {
  if (rest === '') throw new Error('needs a path after file:');
  if (rest.includes('\0')) throw new Error('must not hold NUL');
  if (/^\/\/[^/]/.test(rest)) throw new Error('must be file:<path> with one or three slashes');
  if (/[/\\]$/.test(rest)) throw new Error('must name a file, not a folder');
  return { kind: 'file', path: rest.replace(/^\/{3}/, '/') };
}

function parseTablestore(rest: string): StateStoreLocation {
  const match = /^([^./]+)\.([^./]+)\/([^/]+)$/.exec(rest);
  if (match === null) throw new Error('must have the form tablestore://<instance>.<region>/<table>');
  const [, instance = '', region = '', table = ''] = match;
  if (!INSTANCE.test(instance))
    throw new Error(
      'names no valid Tablestore instance (a letter first, then letters, digits and hyphens, at least 3)',
    );
  if (!REGION.test(region)) throw new Error('names no valid region (such as cn-hangzhou)');
  if (!TABLE.test(table))
    throw new Error('names no valid table (a letter or _ first, then letters, digits and _)');
  return { kind: 'tablestore', instance, region, table };
}
