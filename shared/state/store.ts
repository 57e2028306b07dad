/** A store of the state. */
import type { MemoryCell } from '../documents/memory';
import type { DocumentStore, LoadedDocument } from '../documents/store';
import type { WatchState } from './state';

export type StateStore = DocumentStore<WatchState>;
export type LoadedState = LoadedDocument<WatchState>;
export type StateCell = MemoryCell<WatchState>;
