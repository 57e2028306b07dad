/** Who looks at the page: by the ticket of an alert's link, or by a token that was typed in. */
import { useCallback, useEffect, useState } from 'preact/hooks';

export interface Session {
  /** A token comes first: it may be an operator's. Null = nobody is signed in. */
  readonly credential: string | null;
  /** The task that the link is about. */
  readonly linkedTask: string | null;
  /** Why nobody is signed in any more; null at the beginning, and after a sign-out. */
  readonly refused: 'ticket' | 'token' | null;
  readonly signIn: (token: string, keepOnDevice: boolean) => void;
  readonly signOut: () => void;
  /** The endpoint refuses `credential`. */
  readonly refuse: (credential: string) => void;
}

interface Held {
  readonly token: string | null;
  readonly ticket: string | null;
  readonly linkedTask: string | null;
  readonly refused: 'ticket' | 'token' | null;
  /** The token was typed in here, and not kept from before. */
  readonly isTyped?: boolean;
}

const TOKEN = 'robot-task-watch.token';
const TICKET = 'robot-task-watch.ticket';
const TASK = 'robot-task-watch.task';

export function useSession(): Session {
  const [held, setHeld] = useState<Held>(firstHeld);
  useEffect(() => {
    // A second link of the same page, opened in the same tab, changes the fragment and loads nothing.
    const onHashChange = () => {
      const link = takeLink();
      if (link !== null) setHeld((old) => ({ ...old, ...link, refused: null }));
    };
    window.addEventListener('hashchange', onHashChange);
    return () => {
      window.removeEventListener('hashchange', onHashChange);
    };
  }, []);
  const refuse = useCallback((credential: string) => {
    setHeld((old) => {
      // Several calls are refused at once, and the first answer may have been acted upon.
      if (credential !== old.token && credential !== old.ticket) return old;
      const refused = credential === old.token ? 'token' : 'ticket';
      forget(refused);
      // Whoever came by a link need not know of a token that was kept.
      const isUnseen = refused === 'token' && old.isTyped !== true && old.ticket !== null;
      return { ...old, [refused]: null, refused: isUnseen ? null : refused };
    });
  }, []);
  return {
    credential: held.token ?? held.ticket,
    linkedTask: held.linkedTask,
    refused: held.refused,
    refuse,
    signIn(token, keepOnDevice) {
      forget('token');
      write(keepOnDevice ? 'localStorage' : 'sessionStorage', TOKEN, token);
      setHeld((old) => ({ ...old, token, refused: null, isTyped: true }));
    },
    signOut() {
      forget('token');
      forget('ticket');
      setHeld({ token: null, ticket: null, linkedTask: null, refused: null });
    },
  };
}

function firstHeld(): Held {
  const link = takeLink();
  return {
    token: read('sessionStorage', TOKEN) ?? read('localStorage', TOKEN),
    ticket: link?.ticket ?? read('sessionStorage', TICKET),
    linkedTask: link === null ? read('sessionStorage', TASK) : link.linkedTask,
    refused: null,
  };
}

/** The ticket in the address, which is removed from it at once: an address is copied, shown and kept in histories. */
function takeLink(): { ticket: string; linkedTask: string | null } | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const ticket = fragment.get('ticket');
  if (ticket === null || ticket === '') return null;
  const linkedTask = fragment.get('task');
  history.replaceState(null, '', location.pathname + location.search);
  write('sessionStorage', TICKET, ticket);
  if (linkedTask === null) remove('sessionStorage', TASK);
  else write('sessionStorage', TASK, linkedTask);
  return { ticket, linkedTask };
}

function forget(kind: 'ticket' | 'token'): void {
  if (kind === 'ticket') {
    remove('sessionStorage', TICKET);
    remove('sessionStorage', TASK);
  } else {
    remove('sessionStorage', TOKEN);
    remove('localStorage', TOKEN);
  }
}

type Storage = 'localStorage' | 'sessionStorage';

/** A browser may refuse storage (private windows, some chat apps): then nothing is kept, and all else works. */
function attempt<Result>(use: () => Result): Result | null {
  try {
    return use();
  } catch {
    return null;
  }
}

export function read(storage: Storage, key: string): string | null {
  return attempt(() => window[storage].getItem(key));
}

export function write(storage: Storage, key: string, value: string): void {
  attempt(() => {
    window[storage].setItem(key, value);
  });
}

function remove(storage: Storage, key: string): void {
  attempt(() => {
    window[storage].removeItem(key);
  });
}
