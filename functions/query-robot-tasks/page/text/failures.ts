/** Why something is not known, in words. The endpoint's own sentence stands beside it. */
import type { Text } from '../../../../shared/text';
import type { Failure } from '../data/api';
import { both } from './both';

/** Part of a sentence, without a full stop. A problem's title is in the reader's language already. */
export function reasonOf(failure: Failure): Text {
  switch (failure.kind) {
    case 'unreachable':
      return both('连不上查询服务，请检查网络', 'the query endpoint cannot be reached; check the network');
    case 'unreadable':
      return both('查询服务的应答无法读懂', 'the query endpoint gave an answer that cannot be read');
    case 'problem':
      return failure.title === ''
        ? both(`查询服务出错（HTTP ${failure.status}）`, `the query endpoint failed (HTTP ${failure.status})`)
        : both(failure.title, failure.title);
  }
}

/** The endpoint's own sentence; null when it gave none. */
export function detailOf(failure: Failure): string | null {
  return failure.kind === 'problem' && failure.detail !== '' ? failure.detail : null;
}

export function isUnauthorized(failure: Failure | null): boolean {
  return failure?.kind === 'problem' && failure.status === 401;
}
