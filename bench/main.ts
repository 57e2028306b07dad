/** `npm run bench`: measures what the set promises, as ratios within one run where it can. See `-- --help`. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchColdStart } from './cold-start';
import { benchListing } from './listing';
import { formatTable, keepsBudget, type Figure } from './report';
import { benchWatching } from './watching';

const HELP = `npm run bench [-- options]

Measures cold start, listing and watching on this machine, prints a table and writes bench/results/latest.json.

  --check  exit code 1 when a budget is broken
  --help   show this`;

const PARTS: readonly (() => Promise<Figure[]>)[] = [benchWatching, benchListing, benchColdStart];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const figures: Figure[] = [];
  for (const part of PARTS) {
    const measured = await part();
    console.log(`${formatTable(measured)}\n`);
    figures.push(...measured);
  }
  const folder = path.join(__dirname, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(
    path.join(folder, 'latest.json'),
    `${JSON.stringify({ node: process.version, figures }, null, 2)}\n`,
  );
  const broken = figures.filter((figure) => !keepsBudget(figure));
  if (broken.length === 0) console.log('Every budget is kept.');
  else console.log(`Broken: ${broken.map(({ name }) => name).join('; ')}`);
  if (values.check && broken.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
