/** A shorter piece identifies nobody, and to mask it wherever it stands would blot out ordinary words. */
const SHORTEST_KEY = 8;
const SHORTEST_PASSWORD = 6;
const SHORTEST_PATH = 12;

/** `services`, `ops-alerts`, `tasks_2026`: words, and no key, however long the whole is. */
const WORDS = /^(?:[a-z]{1,15}|[A-Z][a-z]{0,14}|\d{1,4})(?:[-_.](?:[a-z]{1,15}|[A-Z][a-z]{0,14}|\d{1,4}))*$/;

/**
 * What of a URL no log, error, state or message may show: the whole, and each piece that can be a key. Words are none, and
 * what stands in one of `names`, which are shown, is none either.
 */
export function urlSecrets(url: URL, names: readonly string[] = []): string[] {
  const path = `${url.pathname}${url.search}`;
  const canBeKey = (piece: string) =>
    piece.length >= SHORTEST_KEY && !WORDS.test(piece) && !names.some((name) => name.includes(piece));
  return [
    url.href,
    ...(path.length >= SHORTEST_PATH ? [path] : []),
    ...[...url.pathname.split('/'), ...url.searchParams.values()].filter(canBeKey),
    ...[url.username, url.password].flatMap(bothForms).filter(({ length }) => length >= SHORTEST_PASSWORD),
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
