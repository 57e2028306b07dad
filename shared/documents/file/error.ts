/** What can go wrong with files, as sentences. */
import type { Text } from '../../text';
import { StoreError } from '../store';

export function tooSlow(document: Text): StoreError {
  return new StoreError('unreachable', {
    en: `${document.en} cannot be used: the disk did not read or write it in the time allowed.`,
    'zh-CN': `${document['zh-CN']}无法使用：磁盘在时限内没有完成读写。`,
  });
}

export function notAFile(file: string): StoreError {
  return new StoreError('unreachable', {
    en: `${file} is not a file. Name a file in STATE_STORE.`,
    'zh-CN': `${file} 不是文件，请在 STATE_STORE 里指定一个文件。`,
  });
}

const NO_FOLDER: Text = {
  en: 'a part of its path is a file, not a folder. Correct the path in STATE_STORE',
  'zh-CN': '路径中有一段是文件，不是文件夹，请改正 STATE_STORE 里的路径',
};
const NO_HARD_LINKS: Text = {
  en: 'its file system has no hard links, which a save needs. Name a file on a local disk or on NFS in STATE_STORE',
  'zh-CN': '文件系统不支持硬链接，而保存需要它，请在 STATE_STORE 里改用本地磁盘或 NFS 上的文件',
};

/** By the system's error code. */
const REASONS: Readonly<Record<string, Text>> = {
  EACCES: {
    en: 'permission is denied. Give the process read and write access to the file and its folder',
    'zh-CN': '权限不足，请给进程授予该文件及其文件夹的读写权限',
  },
  EPERM: {
    en: 'the operation is not permitted. The process must be allowed to write to the folder',
    'zh-CN': '操作不被允许，进程必须有权写入该文件夹',
  },
  EROFS: {
    en: 'the file system is read-only. Name a file on a writable one in STATE_STORE',
    'zh-CN': '文件系统只读，请在 STATE_STORE 里改用可写文件系统上的文件',
  },
  ENOSPC: { en: 'the disk is full. Free some space', 'zh-CN': '磁盘已满，请清理空间' },
  EDQUOT: { en: 'the disk quota is used up. Free some space', 'zh-CN': '磁盘配额已用完，请清理空间' },
  ENOTDIR: NO_FOLDER,
  EEXIST: NO_FOLDER,
  ENAMETOOLONG: {
    en: 'its name is too long. Shorten the path in STATE_STORE',
    'zh-CN': '文件名太长，请缩短 STATE_STORE 里的路径',
  },
  EMFILE: { en: 'the process has too many open files', 'zh-CN': '进程打开的文件太多' },
};
const UNKNOWN: Text = { en: 'the system gives this error code', 'zh-CN': '系统返回了这个错误码' };

/** How a file system without hard links refuses one: link(2), and FUSE, which has no such call. */
const REFUSED_LINK = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Turns the system's errors into a StoreError with a sentence. */
export async function explained<T>(document: Text, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const { code = 'unknown error', syscall } = error as NodeJS.ErrnoException;
    const isRefusedLink = syscall === 'link' && REFUSED_LINK.has(code);
    const reason = isRefusedLink ? NO_HARD_LINKS : (REASONS[code] ?? UNKNOWN);
    const text = {
      en: `${document.en} cannot be used: ${reason.en} (${code}).`,
      'zh-CN': `${document['zh-CN']}无法使用：${reason['zh-CN']}（${code}）。`,
    };
    throw new StoreError('unreachable', text, { cause: error });
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
