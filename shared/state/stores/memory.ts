import { randomUUID } from 'node:crypto';
import type { WatchState } from '../state';
import { StateStoreError, type StateStore } from './store';

/** The content of a memory store. Whoever keeps the cell keeps the state: a function instance, across its polls. */
export interface MemoryCell {
  saved: { readonly state: WatchState; readonly version: string } | null;
}

/** Survives the freezing of the function instance, not its replacement. Always in reach. */
export function createMemoryStore(cell: MemoryCell): StateStore {
  return {
    load: () =>
      Promise.resolve({
        state: cell.saved?.state ?? null,
        version: cell.saved?.version ?? null,
        keptAside: null,
      }),
    save: (state, version) => {
      if ((cell.saved?.version ?? null) !== version) {
        return Promise.reject(
          new StateStoreError('conflict', {
            en: 'Another poll of this instance saved its state in the meantime.',
            'zh-CN': '该实例的另一次轮询在此期间保存了状态。',
          }),
        );
      }
      cell.saved = { state, version: randomUUID() };
      return Promise.resolve(cell.saved.version);
    },
  };
}
