import type { DocumentKind } from './document-kind';
import { createFileStore } from './file/file-store';
import type { SharedLocation } from './location';
import type { DocumentStore, StoreOptions } from './store';
import { createTablestoreStore } from './tablestore/tablestore-store';

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
