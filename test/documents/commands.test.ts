/** The options that the documents give to the project's own commands are ones that these know. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { bundleOfCommand } from '../stand-ins/commands';
import { codeSpans, DOCUMENTS, ROOT } from './document';

const { scripts } = v.parse(
  v.object({ scripts: v.record(v.string(), v.string()) }),
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')),
);
/** The commands that are a TypeScript file of this project, by name. */
const OWN = Object.entries(scripts).flatMap(([name, line]) => {
  const [, file] = /^node --import tsx (?:-- )?(\S+)/.exec(line) ?? [];
  return file === undefined ? [] : [{ name, file }];
});

/** By command, the options that the documents give to it. */
const TOLD = new Map<string, Set<string>>();
for (const { blocks, prose } of DOCUMENTS) {
  const lines = [...blocks.map(({ text }) => text), ...codeSpans(prose)].join('\n');
  for (const [, name = '', options = ''] of lines.matchAll(/\bnpm (?:run )?([\w-]+) -- ([^\n#&|]*)/g)) {
    const flags = options.match(/--[\w-]+/g) ?? [];
    TOLD.set(name, new Set([...(TOLD.get(name) ?? []), ...flags]));
  }
}

test('There are commands with options to look at', () => {
  expect([...TOLD.keys()]).toEqual(expect.arrayContaining(['start', 'bootstrap', 'deploy', 'bench', 'soak']));
});

test.each(OWN.filter(({ name }) => TOLD.has(name)))(
  'npm run $name knows the options that the documents give to it',
  async ({ name, file }) => {
    const { stdout } = await promisify(execFile)(process.execPath, [bundleOfCommand(file), '--help']);
    const known: readonly string[] = stdout.match(/--[\w-]+/g) ?? [];
    expect([...(TOLD.get(name) ?? [])].filter((option) => !known.includes(option))).toEqual([]);
  },
);
