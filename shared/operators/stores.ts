/** The watch's state and the operators' record, in the place that STATE_STORE names. A start that shares none does without. */
import { createSharedStore } from '../documents/create';
import { operatorsLocation, type SharedLocation } from '../documents/location';
import type { DocumentStore, StoreOptions } from '../documents/store';
import { stateKind } from '../state/document';
import type { StateStore } from '../state/store';
import { operatorsKind } from './document';
import type { OperatorsRecord } from './record';

export interface Stores {
  readonly state: StateStore;
  readonly record: DocumentStore<OperatorsRecord>;
}

/** Touches neither file nor network before the first call. */
export function openStores(location: SharedLocation, options: StoreOptions): Stores {
  return {
    state: createSharedStore(location, stateKind, options),
    record: createSharedStore(operatorsLocation(location), operatorsKind, options),
  };
}
