/** The state's place: which store keeps it. */
import { createSharedStore, type StoreOptions } from '../documents/create';
import type { StateStoreLocation } from '../documents/location';
import { createMemoryStore, type MemoryCell } from '../documents/memory';
import type { DocumentStore, LoadedDocument } from '../documents/store';
import { stateKind } from './document';
import type { WatchState } from './state';

export type StateStore = DocumentStore<WatchState>;
export type LoadedState = LoadedDocument<WatchState>;
export type StateCell = MemoryCell<WatchState>;

export interface StateStoreOptions extends StoreOptions {
  /** Holds the content of a memory store: the caller keeps it as long as the instance lives. */
  readonly memory: StateCell;
}

/** The store that STATE_STORE names. */
export function createStateStore(location: StateStoreLocation, options: StateStoreOptions): StateStore {
  return location.kind === 'memory'
    ? createMemoryStore(options.memory)
    : createSharedStore(location, stateKind, options);
}
