/** What the scripts say about the root certificates that the functions trust (shared/runtime/roots.ts). */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ROOTS_FOLDER } from './bundle/roots/folder';
import { MANIFEST } from '../shared/runtime/roots';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
/** Node 20 needs 25 and more for all of its roots. */
const MOST_FOR_ONE_MS = 10;

const manifestSchema = v.object({ date: v.string() });
const trustSchema = v.object({
  roots: v.picklist(['folder', 'node', 'node-again']),
  problem: v.nullable(v.string()),
  rootsDate: v.nullable(v.string()),
  node: v.string(),
  firstContextMs: v.number(),
});
const lineSchema = v.object({ roots: trustSchema });

/** What to say of the roots that were built into `dist`; null where they are there and young enough. */
export async function noteOnBuiltRoots(dist: string, now: number): Promise<string | null> {
  const file = path.join(dist, 'watch-robot-tasks', ROOTS_FOLDER, MANIFEST);
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), text);
  return success ? noteOnAge(output.date, now, 'build with a newer Node.js') : null;
}

/**
 * What the log of one call of the watch (`log`, its lines) tells of the roots that are in effect there; empty where it had no TLS
 * connection, or where everything is as it should be.
 */
export function notesOnDeployedRoots(log: string, now: number): string[] {
  const trust = log
    .split('\n')
    .map((line) => v.safeParse(v.pipe(v.string(), v.parseJson(), lineSchema), line))
    .find(({ success }) => success)?.output as v.InferOutput<typeof lineSchema> | undefined;
  if (trust === undefined) return [];
  const { roots, problem, rootsDate, node, firstContextMs } = trust.roots;
  const aged = rootsDate === null ? null : noteOnAge(rootsDate, now, 'deploy again, with a newer Node.js');
  const broken =
    problem === null
      ? null
      : `the folder of root certificates is not whole (${problem}): run npm run deploy again.`;
  const unheeded =
    roots === 'folder' && firstContextMs > MOST_FOR_ONE_MS
      ? `NODE_OPTIONS has no effect in this runtime (${node}): a start takes ${Math.round(firstContextMs)} ms of CPU more. Nothing else changes.`
      : null;
  return [aged, broken, unheeded].filter((note) => note !== null);
}

function noteOnAge(date: string, now: number, cure: string): string | null {
  if (!(now - Date.parse(date) > YEAR_MS)) return null;
  return `the root certificates that the functions trust are of ${date}, more than 12 months old: ${cure}.`;
}
