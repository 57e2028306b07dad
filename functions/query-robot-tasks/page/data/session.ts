/** Who looks at the page: by the ticket of an alert's link, by a token that was typed in, or by an operator's own link. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { forgetRun } from './kept-run';
import { read, remove, write } from './storage';

export interface Session {
  /** A token comes first: it may be an operator's. Null = nobody is signed in. */
  readonly credential: string | null;
  /** The token alone; null: only a ticket, or nothing. */
  readonly token: string | null;
  /** An operator's token, of a link that was opened or typed in, that has not been taken yet. */
  readonly offered: Offer | null;
  /** The task that the link is about. */
  readonly linkedTask: string | null;
  /** Why nobody is signed in any more; null at the beginning, and after a sign-out. */
  readonly refused: 'ticket' | 'token' | null;
  readonly signIn: (token: string, keepOnDevice: boolean) => void;
  readonly signOut: () => void;
  readonly offer: (token: string) => void;
  /** The offered token is not wanted any more, or has been taken. */
  readonly dropOffer: () => void;
  /** The endpoint refuses `credential`. */
  readonly refuse: (credential: string) => void;
}

/** Each offer is one of its own, that of the same token as well. */
export interface Offer {
  readonly token: string;
}

interface Held {
  readonly token: string | null;
  readonly ticket: string | null;
  readonly offered: Offer | null;
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
  const signIn = useCallback((token: string, keepOnDevice: boolean) => {
    forget('token');
    write(keepOnDevice ? 'localStorage' : 'sessionStorage', TOKEN, token);
    setHeld((old) => ({ ...old, token, refused: null, isTyped: true }));
  }, []);
  const offer = useCallback((token: string) => {
    setHeld((old) => ({ ...old, offered: { token } }));
  }, []);
  const dropOffer = useCallback(() => {
    setHeld((old) => ({ ...old, offered: null }));
  }, []);
  return {
    credential: held.token ?? held.ticket,
    token: held.token,
    offered: held.offered,
    linkedTask: held.linkedTask,
    refused: held.refused,
    ...{ refuse, signIn, offer, dropOffer },
    signOut() {
      forget('token');
      forget('ticket');
      forgetRun();
      setHeld({ token: null, ticket: null, offered: null, linkedTask: null, refused: null });
    },
  };
}

function firstHeld(): Held {
  const link = takeLink();
  return {
    token: read('sessionStorage', TOKEN) ?? read('localStorage', TOKEN),
    ticket: link?.ticket ?? read('sessionStorage', TICKET),
    offered: link?.offered ?? null,
    linkedTask: link?.linkedTask === undefined ? read('sessionStorage', TASK) : link.linkedTask,
    refused: null,
  };
}

interface Link {
  readonly ticket?: string;
  readonly offered?: Offer;
  /** Left out by an operator's link: it is about no task. */
  readonly linkedTask?: string | null;
}

/** What lets in, from the address. It is removed from there at once: an address is copied, shown and kept in histories. */
function takeLink(): Link | null {
  // A plus sign is one: a token may have it.
  const fields = new URLSearchParams(location.hash.slice(1).replace(/\+/g, '%2B'));
  const fieldOf = (name: string) => (fields.get(name) === '' ? null : fields.get(name));
  const ticket = fieldOf('ticket');
  const token = fieldOf('operator');
  if (ticket === null && token === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  const offer = token === null ? {} : { offered: { token } };
  if (ticket === null) return offer;
  const linkedTask = fieldOf('task');
  write('sessionStorage', TICKET, ticket);
  if (linkedTask === null) remove('sessionStorage', TASK);
  else write('sessionStorage', TASK, linkedTask);
  return { ticket, linkedTask, ...offer };
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
