import type { Clock } from '../../runtime/clock';
import type { Credentials } from '../../runtime/function-context';
import { createFileStore } from './file';
import type { StateStoreLocation } from './location';
import { createMemoryStore, type MemoryCell } from './memory';
import type { StateStore } from './store';
import { createTablestoreStore } from './tablestore';

export interface StateStoreOptions {
  /** Overrides Tablestore's endpoint (TABLESTORE_ENDPOINT); null = the instance's public one. */
  readonly endpoint: URL | null;
  /** Asked before every call: a role's keys are renewed while the instance lives. Null when there are none. */
  readonly credentials: () => Credentials | null;
  /** Holds the content of a memory store: the caller keeps it as long as the instance lives. */
  readonly memory: MemoryCell;
  readonly clock: Clock;
}

/** The state store that STATE_STORE names. Touches neither file nor network before the first call. */
export function createStateStore(location: StateStoreLocation, options: StateStoreOptions): StateStore {
  switch (location.kind) {
    case 'memory':
      return createMemoryStore(options.memory);
    case 'file':
      return createFileStore(location.path, options.clock);
    case 'tablestore':
      return createTablestoreStore(location, options);
  }
}
