/** `npm run soak`: minutes of bad weather over the whole set, judged by the oracle. See `npm run soak -- --help`. */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { SOURCES } from '../shared/robot-task';
import { readOptions, UsageError } from '../scripts/command-line';
import { runSoak, type SoakReport } from './soak/run';

const COMMAND = {
  usage: `npm run soak [-- options]

Runs the function set of s.yaml on this machine while upstream, channels and disk fail at random and processes are
killed, and checks that every stop is told, nothing is told falsely, and nothing leaks. Exit code 1 when a promise
breaks.

  --minutes <n>  how long the weather is bad (default 3, at most 20)
  --seed <n>     draws the same faults, kills, acts and moves again, round by round (default: a new one)
  --runs <n>     first holds each property of the watch against so many random histories; 2000 and more are worth it
                 after every change of what it decides; --seed draws the same histories again
  --quiet        no line for each round
  --help         show this

TASK_SOURCE=aiccs in the environment: with the API of Cloud Contact Center.`,
  options: {
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string' },
    runs: { type: 'string', default: '0' },
    quiet: { type: 'boolean', default: false },
  },
} as const;

/** One that broke early breaks again in every round. */
const MOST_SHOWN = 30;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), COMMAND, console.log);
  if (options === null) return;
  const { values } = options;
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= 20)) throw new UsageError('--minutes takes a number up to 20.', COMMAND);
  const runs = Number(values.runs);
  if (!(Number.isInteger(runs) && runs >= 0)) throw new UsageError('--runs takes a whole number.', COMMAND);
  const seed = parseSeed(values.seed);
  if (Number.isNaN(seed)) throw new UsageError('--seed takes a whole number.', COMMAND);
  const wanted = process.env['TASK_SOURCE'] ?? '';
  const source = SOURCES.find((known) => known === (wanted === '' ? 'dyvms' : wanted));
  if (source === undefined) throw new UsageError(`TASK_SOURCE takes one of ${SOURCES.join(', ')}.`, COMMAND);
  if (runs > 0) holdProperties(runs, seed);
  const { buildFunctions } = await import('../scripts/build');
  await buildFunctions();
  console.log(
    `Soaking for ${minutes} minutes. To see the same again: npm run soak -- --minutes ${minutes} --seed ${seed}\n`,
  );
  const report = await runSoak({
    source,
    seed,
    durationMs: minutes * 60_000,
    onRound: (line) => {
      if (!values.quiet) console.log(line);
    },
  });
  console.log(describe(report));
  if (report.violations.length > 0) process.exitCode = 1;
}

/** Throws when a property broke: Jest has shown how. */
function holdProperties(runs: number, seed: number): void {
  const jest = require.resolve('jest/bin/jest');
  const { status } = spawnSync(process.execPath, [jest, 'property\\.test'], {
    cwd: path.join(__dirname, '..'),
    env: { ...process.env, RUNS: String(runs), SEED: String(seed) },
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('A property does not hold.');
}

/** A new one when none is given, NaN when it is no whole number. */
function parseSeed(text: string | undefined): number {
  if (text === undefined) return randomInt(2 ** 31);
  return /^\d{1,10}$/.test(text) ? Number(text) : NaN;
}

function describe({
  seed,
  rounds,
  polls,
  kills,
  weather,
  counts,
  messages,
  acts,
  queries,
  memory,
  steadyMemory,
  violations,
}: SoakReport): string {
  const list = (map: ReadonlyMap<string | number, number>) =>
    [...map]
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    '',
    `Rounds      ${rounds}: ${polls} polls, ${kills} of them killed`,
    `Weather     ${list(weather)}`,
    `Messages    ${messages.sent} by webhook: ${counts.items.firing} firing, ${counts.items.repeated} repeated, ${counts.items.resolved} resolved`,
    `Operators   ${acts} stops taken, muted or given back: told ${counts.items.held} times`,
    `Oracle      ${counts.checks} times what a channel believed was compared with what was`,
    `Unknown     ${counts.unknown} times nobody was left to know what a channel had heard: it could not be saved`,
    `Duplicates  ${list(counts.duplicates) || 'none'} (${messages.recognised} with an id that the receiver knew)`,
    `HTTP        ${list(queries.answers)}; ${queries.compared} answers compared with what was`,
    memory === null || steadyMemory === null
      ? 'Memory      not measured: this system has no /proc'
      : `Memory      ${memory.peak} MB at most; ${steadyMemory.growth} MB more in the last third of ${steadyMemory.rounds} steady rounds than in the one before; ${steadyMemory.openFiles} files and sockets open at most`,
    '',
    violations.length === 0
      ? `Every promise held. Seed ${seed}.`
      : `${violations.length} promises broken, with seed ${seed}:\n${violations
          .slice(0, MOST_SHOWN)
          .map((text) => `- ${text}`)
          .join('\n')}`,
  ].join('\n');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  // What had been started by then may still be there.
  process.exit(error instanceof UsageError ? 2 : 1);
});
