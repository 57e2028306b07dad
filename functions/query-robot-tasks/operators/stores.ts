/** The watch's state and the operators' record, in the place that STATE_STORE names. Loaded when it is asked for. */
import { operatorsKind } from '../../../shared/operators/document';
import type { OperatorsRecord } from '../../../shared/operators/record';
import { stateKind } from '../../../shared/state/document';
import { createSharedStore, type StoreOptions } from '../../../shared/documents/create';
import { operatorsLocation, type SharedLocation } from '../../../shared/documents/location';
import type { DocumentStore } from '../../../shared/documents/store';
import type { StateStore } from '../../../shared/state/store';

export interface Stores {
  /** Only read here. */
  readonly state: StateStore;
  readonly record: DocumentStore<OperatorsRecord>;
}

export function openStores(location: SharedLocation, options: StoreOptions): Stores {
  return {
    state: createSharedStore(location, stateKind, options),
    record: createSharedStore(operatorsLocation(location), operatorsKind, options),
  };
}
