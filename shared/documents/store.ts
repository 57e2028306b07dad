import { randomUUID } from 'node:crypto';
import type { Clock } from '../runtime/clock';
import type { Credentials } from '../runtime/function-context';
import type { Text } from '../text';
import { MAX_DOCUMENT_BYTES, type Decoded, type DocumentKind } from './document-kind';

/**
 * unreachable: it cannot be read or written now. conflict: somebody saved since we loaded; nothing was written. newer:
 * the document was written by a newer version of this program; it is left as it is.
 */
export type StoreErrorKind = 'unreachable' | 'conflict' | 'newer';

/** Thrown by every store, and nothing else. The text is for people, without any credential; `message` is the English one. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorKind;
  readonly text: Text;
  /** These keys may not do this: it stays so until a person changes their rights. */
  readonly isDenied: boolean;

  constructor(kind: StoreErrorKind, text: Text, options: { cause?: unknown; isDenied?: boolean } = {}) {
    super(text.en, options);
    this.kind = kind;
    this.text = text;
    this.isDenied = options.isDenied === true;
  }
}

/** By its name: what is loaded later is a file of its own, with a class of its own. */
export function isStoreError(error: unknown): error is StoreError {
  return error instanceof Error && error.name === 'StoreError';
}

export interface LoadedDocument<T> {
  /**
   * Null when nothing has been saved yet, or when what was there could not be read and was kept aside. Where the version
   * before it is still there, it is that one, doubted.
   */
  readonly content: T | null;
  /** What `save` must find unchanged; null when there is no document. */
  readonly version: string | null;
  /** What was wrong with the document that was kept aside and where it is now; null when all was well. */
  readonly keptAside: string | null;
}

/** Keeps one document. Each adapter is a factory in this folder; one contract test runs over all. */
export interface DocumentStore<T> {
  /** Ends by `deadline` (epoch milliseconds) in any case. */
  load(deadline: number): Promise<LoadedDocument<T>>;
  /**
   * Saves if the stored version still is `version`, else throws a conflict. Returns the new version. What could not be
   * loaded again is refused.
   */
  save(content: T, version: string | null, deadline: number): Promise<string>;
  /**
   * Puts aside what could be loaded and is `version`, else throws a conflict: nothing is there then, or what the place keeps of
   * before. Resolves to where it is kept now.
   */
  keepAside(version: string, deadline: number): Promise<string>;
  /** What is saved; null when nothing is. Changes nothing: whoever only looks needs no right to write. */
  read(deadline: number): Promise<T | null>;
}

export interface StoreOptions {
  /** Overrides Tablestore's endpoint (TABLESTORE_ENDPOINT); null = the instance's public one. */
  readonly endpoint: URL | null;
  /** Asked before every call: a role's keys are renewed while the instance lives. Null when there are none. */
  readonly credentials: () => Credentials | null;
  readonly clock: Clock;
}

/** Of a store, for who only looks. */
export type ReadDocument<T> = DocumentStore<T>['read'];

/** What is to be written: by every bound that loading has, it can be loaded again. Throws a StoreError otherwise. */
export function encodeBounded<T>(kind: DocumentKind<T>, content: T): Buffer {
  const bytes = Buffer.from(kind.encode(content, randomUUID()));
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw tooLarge(kind.describe(content), bytes.length, STATE_STORE, MAX_DOCUMENT_BYTES);
  }
  const decoded = kind.decode(bytes);
  if (decoded.kind !== 'ok') {
    const reason = decoded.kind === 'corrupt' ? decoded.reason : 'its schema is not known';
    throw new StoreError('unreachable', {
      en: `${kind.describe(content).en} could not be loaded again and is not saved: ${reason}. Watch fewer tasks or use another STATE_STORE.`,
      'zh-CN': `${kind.describe(content)['zh-CN']}保存后将无法读取，因此未保存：${reason}。请减少监控的任务，或改用别的 STATE_STORE。`,
    });
  }
  return bytes;
}

const STATE_STORE: Text = { en: 'a state store', 'zh-CN': '状态存储' };

/** The error for a document that has more bytes than its place takes. */
export function tooLarge(document: Text, bytes: number, place: Text, most: number): StoreError {
  return new StoreError('unreachable', {
    en: `${document.en} takes ${bytes} bytes, and ${place.en} holds at most ${most}. Watch fewer tasks or use another STATE_STORE.`,
    'zh-CN': `${document['zh-CN']}有 ${bytes} 字节，而${place['zh-CN']}最多容纳 ${most} 字节。请减少监控的任务，或改用别的 STATE_STORE。`,
  });
}

/** What was found in `place`, for people. */
export function foundIn({ name }: Pick<DocumentKind<unknown>, 'name'>, place: string): Text {
  return { en: `${name.en} in ${place}`, 'zh-CN': `${place} 里的${name['zh-CN']}` };
}

/** The error for a document that this program must not touch. */
export function newerDocument(document: Text, schemaVersion: number): StoreError {
  return new StoreError('newer', {
    en: `${document.en} was written by a newer version of this program (schema ${schemaVersion}) and is left as it is. Deploy that version, or name another place in STATE_STORE.`,
    'zh-CN': `${document['zh-CN']}由更新版本的程序写入（schema ${schemaVersion}），已原样保留。请部署那个版本，或在 STATE_STORE 里换一个位置。`,
  });
}

/** The error for a save that came too late: somebody else had saved. */
export function savedByAnother(): StoreError {
  return new StoreError('conflict', {
    en: 'Another process saved its state in the meantime.',
    'zh-CN': '另一个进程在此期间保存了状态。',
  });
}

/** The content of a document. Throws a StoreError when it cannot be used. */
export function contentOf<T>(decoded: Decoded<T>, document: Text): T {
  switch (decoded.kind) {
    case 'ok':
      return decoded.content;
    case 'newer':
      throw newerDocument(document, decoded.schemaVersion);
    case 'corrupt':
      throw new StoreError('unreachable', {
        en: `${document.en} is damaged: ${decoded.reason}.`,
        'zh-CN': `${document['zh-CN']}已损坏：${decoded.reason}。`,
      });
  }
}
