/** Reads what the watch saved, and nothing else: whoever only looks needs no right to write. */
import type { WatchState } from '../state';
import type { StateStoreOptions } from './create';
import { readStateFile } from './file';
import type { StateStoreLocation } from './location';
import { readStateRow } from './tablestore';

/**
 * Resolves to the state by `deadline` (epoch milliseconds); null when nothing has been saved. Rejects with a
 * StateStoreError when it cannot be read.
 */
export type ReadState = (deadline: number) => Promise<WatchState | null>;

/** The reader of what STATE_STORE names; null where nobody but the watch itself has it. */
export function createStateReader(
  location: StateStoreLocation,
  options: Omit<StateStoreOptions, 'memory'>,
): ReadState | null {
  switch (location.kind) {
    case 'memory':
      return null;
    case 'file':
      return (deadline) => readStateFile(location.path, options.clock, deadline);
    case 'tablestore':
      return (deadline) => readStateRow(location, options, deadline);
  }
}
