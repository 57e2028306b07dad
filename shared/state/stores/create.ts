import type { Clock } from '../../runtime/clock';
import type { Credentials } from '../../runtime/function-context';
import { stateKind } from '../document';

import type { DocumentKind } from '../document-kind';
import { createFileStore } from './file';
import type { SharedLocation, StateStoreLocation } from './location';
import { createMemoryStore, type MemoryCell } from './memory';
import type { DocumentStore, StateStore } from './store';
import { createTablestoreStore } from './tablestore';

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

export interface StateStoreOptions extends StoreOptions {
  /** Holds the content of a memory store: the caller keeps it as long as the instance lives. */
  readonly memory: MemoryCell;
}

/** The state store that STATE_STORE names. */
export function createStateStore(location: StateStoreLocation, options: StateStoreOptions): StateStore {
  return location.kind === 'memory'
    ? createMemoryStore(options.memory)
    : createSharedStore(location, stateKind, options);
}
