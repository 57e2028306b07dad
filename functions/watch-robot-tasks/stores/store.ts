import type { WatchState } from '../state';

/**
 * unreachable: it cannot be read or written now. conflict: somebody saved since we loaded; nothing was written. newer:
 * the document was written by a newer version of this program; it is left as it is.
 */
export type StateStoreErrorKind = 'unreachable' | 'conflict' | 'newer';

/** Thrown by every store, and nothing else. The message is a sentence for people, without any credential. */
export class StateStoreError extends Error {
  override readonly name = 'StateStoreError';
  readonly kind: StateStoreErrorKind;

  constructor(kind: StateStoreErrorKind, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.kind = kind;
  }
}

export interface LoadedState {
  /** Null when nothing has been saved yet, or when what was there could not be read and was kept aside. */
  readonly state: WatchState | null;
  /** What `save` must find unchanged; null when there is no document. */
  readonly version: string | null;
  /** What was wrong with the document that was kept aside and where it is now; null when all was well. */
  readonly keptAside: string | null;
}

/** Keeps one document between polls. Each adapter is a factory in this folder; one contract test runs over all. */
export interface StateStore {
  /** Ends by `deadline` (epoch milliseconds) in any case. */
  load(deadline: number): Promise<LoadedState>;
  /** Saves if the stored version still is `version`, else throws a conflict. Returns the new version. */
  save(state: WatchState, version: string | null, deadline: number): Promise<string>;
}

/** The error for a document that this program must not touch. `place` names it for people. */
export function newerDocument(place: string, schemaVersion: number): StateStoreError {
  return new StateStoreError(
    'newer',
    `The state in ${place} was written by a newer version of this program (schema ${schemaVersion}) and is left as it is. Deploy that version, or name another place in STATE_STORE.`,
  );
}
