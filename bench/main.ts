/** `npm run bench`: measures what the set promises, as ratios within one run where it can. See `-- --help`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { BUDGETS, keepsBudget } from './budgets';
import { benchBundles } from './bundles';
import { benchColdStart } from './cold-start';
import type { Figure } from './figure';
import { benchListing } from './listing';
import { benchPage } from './page';
import { readOptions, runCommand, UsageError } from '../scripts/command-line';
import { formatTable } from './report';
import { benchRequests } from './requests';
import { benchScale } from './scale';
import { benchWatching } from './watching';

type Measure = (dist?: string) => Promise<Figure[]>;

/** In this order: the first one builds what the others run. */
const PARTS = new Map<string, Measure>([
  ['bundles', benchBundles],
  ['cold-start', benchColdStart],
  ['requests', benchRequests],
  ['listing', benchListing],
  ['watching', benchWatching],
  ['scale', benchScale],
  ['page', benchPage],
]);

const COMMAND = {
  usage: `npm run bench [-- options]

Measures the bundles, cold start, warm requests, listing, watching, 10,000 stopped tasks
and the page on this machine, prints a table and writes bench/results/latest.json. Takes
three to ten minutes, by what else the machine does.

  --check          exit code 1 when a budget is broken
  --only <part>    one of ${[...PARTS.keys()].join(', ')};
                   runs what \`npm run build\` built last
  --dist <folder>  with --only scale: measure these bundles, such as an older version's
  --help           show this`,
  options: {
    check: { type: 'boolean', default: false },
    only: { type: 'string' },
    dist: { type: 'string' },
  },
} as const;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), COMMAND, console.log);
  if (options === null) return 0;
  const { values } = options;
  const figures: Figure[] = [];
  for (const [part, measure] of chooseParts(values.only)) {
    const measured = await measure(values.dist);
    console.log(`${part}\n${formatTable(measured)}\n`);
    figures.push(...measured);
  }
  await save(figures);
  const broken = figures.filter((figure) => !keepsBudget(figure)).map(({ name }) => name);
  const measured = new Set(figures.map(({ name }) => name));
  const unmeasured =
    values.only === undefined ? [...BUDGETS.keys()].filter((name) => !measured.has(name)) : [];
  for (const name of broken) console.log(`Broken: ${name}`);
  for (const name of unmeasured) console.log(`A budget that nothing measures: ${name}`);
  if (broken.length + unmeasured.length === 0) console.log('Every budget is kept.');
  return values.check && broken.length + unmeasured.length > 0 ? 1 : 0;
}

function chooseParts(only: string | undefined): [string, Measure][] {
  const chosen = [...PARTS].filter(([part]) => only === undefined || part === only);
  if (chosen.length === 0)
    throw new UsageError(`--only takes one of ${[...PARTS.keys()].join(', ')}.`, COMMAND);
  return chosen;
}

async function save(figures: readonly Figure[]): Promise<void> {
  const folder = path.join(__dirname, 'results');
  await mkdir(folder, { recursive: true });
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model, load: loadavg() };
  const document = { at: new Date().toISOString(), node: process.version, machine, figures };
  await writeFile(path.join(folder, 'latest.json'), `${JSON.stringify(document, null, 2)}\n`);
}

runCommand(main);
