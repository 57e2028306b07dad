/** Long enough to identify somebody. A shorter piece is an ordinary word: to mask it would blot those out. */
const PATH_PIECE = 8;
const VALUE = 6;

/** What of a URL no log, error, state or message may show: the whole, and each piece that can be a key. */
export function urlSecrets(url: URL): string[] {
  const long = (length: number, texts: readonly string[]) => texts.filter((text) => text.length >= length);
  return [
    url.href,
    ...long(12, [`${url.pathname}${url.search}`]),
    ...long(PATH_PIECE, url.pathname.split('/')),
    ...long(VALUE, [...url.searchParams.values(), url.username, url.password].flatMap(bothForms)),
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
