import { randomUUID } from 'node:crypto';
import { StoreError, type DocumentStore } from './store';

/** The content of a memory store. Whoever keeps the cell keeps the document: a function instance, across its polls. */
export interface MemoryCell<T> {
  saved: { readonly state: T; readonly version: string } | null;
  /** What was kept aside last. */
  aside?: T;
}

/** Survives the freezing of the function instance, not its replacement. Always in reach. */
export function createMemoryStore<T>(cell: MemoryCell<T>): DocumentStore<T> {
  const savedByAnother = () =>
    new StoreError('conflict', {
      en: 'Another poll of this instance saved its state in the meantime.',
      'zh-CN': '该实例的另一次轮询在此期间保存了状态。',
    });
  return {
    load: () =>
      Promise.resolve({
        content: cell.saved?.state ?? null,
        version: cell.saved?.version ?? null,
        keptAside: null,
      }),
    save: (state, version) => {
      if ((cell.saved?.version ?? null) !== version) {
        return Promise.reject(savedByAnother());
      }
      cell.saved = { state, version: randomUUID() };
      return Promise.resolve(cell.saved.version);
    },
    keepAside: (version) => {
      if (cell.saved?.version !== version) return Promise.reject(savedByAnother());
      cell.aside = cell.saved.state;
      cell.saved = null;
      return Promise.resolve("this instance's memory");
    },
    read: () => Promise.resolve(cell.saved?.state ?? null),
  };
}
