/** How large the bundles are and of what, and what each dependency adds to a cold start. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { dependencies } from '../package.json';
import { buildFunctions, bundleOptions } from '../scripts/build';
import type { Figure } from './figure';
import { run, SAY_AND_EXIT } from './programs';
import { median, medianRatio } from './statistics';

const RUNS = 15;
const ROOT = path.join(__dirname, '..');
const DEPENDENCIES = Object.keys(dependencies);

export async function benchBundles(): Promise<Figure[]> {
  const sizes = await buildFunctions();
  const figures: Figure[] = [];
  for (const [file, bytes] of sizes) {
    const name = path.dirname(file);
    if (path.basename(file) !== 'index.js') {
      figures.push({
        name: `second file ${file}`,
        value: Math.ceil(bytes / 1000),
        unit: 'kB',
        note: 'loaded when it is needed',
      });
      continue;
    }
    figures.push({
      name: `bundle of ${name}`,
      value: Math.ceil(bytes / 1000),
      unit: 'kB',
      note: await largestParts(name),
    });
  }
  return [...figures, ...(await benchDependencies())];
}

/** The ten packages that take the most of a bundle, in kB. */
async function largestParts(name: string): Promise<string> {
  const { metafile } = await build({ ...bundleOptions(name), minify: true, metafile: true, write: false });
  const bytes = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {})) {
    const part = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file.split('/')[0];
    bytes.set(part ?? file, (bytes.get(part ?? file) ?? 0) + bytesInOutput);
  }
  const largest = [...bytes].sort(([, a], [, b]) => b - a).slice(0, 10);
  return largest.map(([part, size]) => `${part} ${Math.round(size / 1000)}`).join(', ');
}

/**
 * Each dependency by itself and whole (of valibot, a function takes only what it uses), as a bundle holds it, against a process that loads the https module only.
 */
async function benchDependencies(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    const programs = new Map([['', `require('node:https');${SAY_AND_EXIT}`]]);
    for (const name of DEPENDENCIES) {
      const outfile = path.join(folder, `${name.replace('/', '-')}.js`);
      await build({
        ...bundleOptions('query-robot-tasks'),
        entryPoints: [],
        stdin: { contents: `module.exports = require('${name}')`, resolveDir: ROOT },
        outfile,
        minify: true,
      });
      const load = `require(${JSON.stringify(outfile)});${SAY_AND_EXIT}`;
      programs.set(name, `require('node:https');${load}`);
    }
    const cpu = new Map([...programs.keys()].map((name): [string, number[]] => [name, []]));
    for (let round = 0; round < RUNS; round++) {
      for (const [name, program] of programs) cpu.get(name)?.push(run(program).cpuMs);
    }
    const alone = cpu.get('') ?? [];
    return DEPENDENCIES.map((name): Figure => {
      const taken = cpu.get(name) ?? [];
      return {
        name: `loading ${name}`,
        value: medianRatio(taken, alone) - 1,
        unit: '× more',
        note: `than Node with https: ${median(taken).toFixed(0)} against ${median(alone).toFixed(0)} ms of CPU${name === 'tablestore' ? '; only when it is configured' : ''}`,
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
