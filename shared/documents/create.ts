import type { Clock } from '../runtime/clock';
import type { Credentials } from '../runtime/function-context';
import type { DocumentKind } from './document-kind';
import { createFileStore } from './file/file-store';
import type { SharedLocation } from './location';
import type { DocumentStore } from './store';
import { createTablestoreStore } from './tablestore/tablestore-store';

export interface StoreOptions {
  /** Overrides Tablestore's endpoint (TABLESTORE_ENDPOINT); null = the instance's public one. */
  readonly endpoint: URL | null;
  /** Asked before every call: a role's keys are renewed while the instance lives. Null when there are none. */
  readonly credentials: () => Credentials | null;
  readonly clock: Clock;
}

/** A place that several processes share. Touches neither file nor network before the first call. */
export function createSharedStore<T>(
  location: SharedLocation,
  kind: DocumentKind<T>,
  options: StoreOptions,
): DocumentStore<T> {
  return location.kind === 'file'
    ? createFileStore(location.path, kind, options.clock)
    : createTablestoreStore(location, kind, options);
}
