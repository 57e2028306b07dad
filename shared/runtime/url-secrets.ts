/** A shorter piece identifies nobody, and to mask it wherever it stands would blot out ordinary words. */
const SHORTEST_PIECE = 8;
const SHORTEST_VALUE = 6;
const SHORTEST_PATH = 12;

/** `services`, `Webhooks`: letters that somebody can read are no key. */
const WORD = /^(?:[a-z]{1,15}|[A-Z][a-z]{1,14})$/;
/** What stands under such a name is one, whatever it looks like. */
const KEY_NAME = /token|key|secret|sign|pass|auth/i;

/**
 * What of a URL no log, error, state or message may show: the whole, and each piece that can be a key. A word in its path
 * or query is none, and neither is what stands in one of `names`, which are shown.
 */
export function urlSecrets(url: URL, names: readonly string[] = []): string[] {
  const path = `${url.pathname}${url.search}`;
  const canBeKey = (piece: string) => !WORD.test(piece) && !names.some((name) => name.includes(piece));
  const values = [...url.searchParams].filter(([name, value]) => KEY_NAME.test(name) || canBeKey(value));
  const logins = [url.username, url.password].flatMap(bothForms);
  return [
    url.href,
    ...(path.length >= SHORTEST_PATH ? [path] : []),
    ...url.pathname.split('/').filter((piece) => piece.length >= SHORTEST_PIECE && canBeKey(piece)),
    ...[...values.map(([, value]) => value), ...logins].filter(({ length }) => length >= SHORTEST_VALUE),
  ];
}

/** User name and password stand encoded in a URL, and are used decoded. */
function bothForms(text: string): string[] {
  try {
    return [...new Set([text, decodeURIComponent(text)])];
  } catch {
    return [text];
  }
}
