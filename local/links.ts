/**
 * Short addresses for long ones: a ticket does not fit into a line of a terminal, and one that is broken cannot be copied. The host
 * leads from `/_links/<n>` to the real one.
 */
import type { Mount } from './host/http/router';

export interface Links {
  /** `text`, where each address of more than `most` characters is a short one. */
  shorten(text: string, most: number): string;
  readonly handle: Mount;
}

const ADDRESS = /https?:\/\/[^\s()（）]+/g;
/** The oldest are forgotten. */
const KEPT = 1000;

/** `base()` is the host's address, without a slash at its end. */
export function createLinks(base: () => string): Links {
  const targets = new Map<number, string>();
  let count = 0;

  function numberOf(target: string): number {
    for (const [number, known] of targets) if (known === target) return number;
    count += 1;
    targets.set(count, target);
    targets.delete(count - KEPT);
    return count;
  }

  return {
    shorten: (text, most) =>
      text.replace(ADDRESS, (address) =>
        address.length <= most ? address : `${base()}/_links/${numberOf(address)}`,
      ),
    handle({ method, path }) {
      const target = targets.get(Number(/^\/_links\/(\d+)$/.exec(path)?.[1]));
      if (target === undefined) return { status: 404, headers: {}, body: 'There is no such link.\n' };
      if (method !== 'GET') return { status: 405, headers: { allow: 'GET' }, body: '' };
      return { status: 302, headers: { location: target }, body: '' };
    },
  };
}
