import { maskSecrets } from '../../shared/runtime/log';
import { printable } from '../printable';
import { TEMPORARY_HOME } from './serverless-devs';

const MOST_LINES = 20;

/** A key or a certificate, whole; its line breaks may be written as \n. */
const PEM = /-----BEGIN [^-]*-----[\s\S]*?-----END [^-]*-----/g;
/** A line of one, as a diff shows it: fc3-domain shows what changed of the old and of the new one. */
const PEM_LINE = /^([\s+|-]*)(?:[A-Za-z0-9+/]{40,}=*|[A-Za-z0-9+/]+={1,2})$/gm;

/**
 * What a person needs of what Serverless Devs printed before it failed: the last lines with words about an error, or the
 * last lines at all, without what a terminal obeys, without any of `secrets` and without keys.
 */
export function tellFailure(output: string, secrets: Iterable<string>): string[] {
  const plain = maskSecrets(printable(output), secrets).replace(PEM, '***').replace(PEM_LINE, '$1***');
  const lines = plain
    .split(/\n+/)
    .map((line) => line.trimEnd())
    // It names its log, which is removed by then.
    .filter((line) => line !== '' && !line.includes(TEMPORARY_HOME));
  const start = lines.findIndex((line) => /error|denied|forbidden|not (?:found|exist)/i.test(line));
  return lines.slice(Math.max(start, lines.length - MOST_LINES, 0));
}
