import { printable } from '../printable';

/** What one check found. */
export interface Finding {
  readonly ok: boolean;
  /** One sentence: what works, or what does not and what to do. */
  readonly text: string;
  /** No check, but worth knowing. */
  readonly isNote?: true;
}

export function works(text: string): Finding {
  return { ok: true, text: printable(text) };
}

export function fails(text: string): Finding {
  return { ok: false, text: printable(text) };
}

export function note(text: string): Finding {
  return { ok: true, text, isNote: true };
}
