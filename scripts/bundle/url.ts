/**
 * Stands in the bundles for Node's url, of which the core SDK and the Tablestore SDK use the old `parse`: Node 24 warns of it in
 * the log (DEP0169).
 */
import { urlToHttpOptions } from 'node:url';

/** What a request to `text` is made of, under the old names. */
export function parse(text: string) {
  const url = new URL(text);
  return { ...urlToHttpOptions(url), href: url.href, host: url.host, query: url.search.slice(1) };
}

export function format({ href }: { href: string }): string {
  return href;
}
