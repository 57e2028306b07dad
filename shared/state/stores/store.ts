import type { Text } from '../../text';
import type { DecodedState } from '../document';
import type { WatchState } from '../state';

/**
 * unreachable: it cannot be read or written now. conflict: somebody saved since we loaded; nothing was written. newer:
 * the document was written by a newer version of this program; it is left as it is.
 */
export type StateStoreErrorKind = 'unreachable' | 'conflict' | 'newer';

/** Thrown by every store, and nothing else. The text is for people, without any credential; `message` is the English one. */
export class StateStoreError extends Error {
  override readonly name = 'StateStoreError';
  readonly kind: StateStoreErrorKind;
  readonly text: Text;

  constructor(kind: StateStoreErrorKind, text: Text, options: { cause?: unknown } = {}) {
    super(text.en, options);
    this.kind = kind;
    this.text = text;
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
  return new StateStoreError('newer', {
    en: `The state in ${place} was written by a newer version of this program (schema ${schemaVersion}) and is left as it is. Deploy that version, or name another place in STATE_STORE.`,
    'zh-CN': `${place} 里的状态由更新版本的程序写入（schema ${schemaVersion}），已原样保留。请部署那个版本，或在 STATE_STORE 里换一个位置。`,
  });
}

/** The error for a save that came too late: somebody else had saved. */
export function savedByAnother(): StateStoreError {
  return new StateStoreError('conflict', {
    en: 'Another process saved its state in the meantime.',
    'zh-CN': '另一个进程在此期间保存了状态。',
  });
}

/** The state in a document that was found in `place`. Throws a StateStoreError when it cannot be used. */
export function stateOf(decoded: DecodedState, place: string): WatchState {
  switch (decoded.kind) {
    case 'ok':
      return decoded.state;
    case 'newer':
      throw newerDocument(place, decoded.schemaVersion);
    case 'corrupt':
      throw new StateStoreError('unreachable', {
        en: `The state in ${place} is damaged: ${decoded.reason}.`,
        'zh-CN': `${place} 里的状态已损坏：${decoded.reason}。`,
      });
  }
}
