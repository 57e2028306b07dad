import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { packOnDemand } from '../../../scripts/bundle/pack-on-demand';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pack-'));
  await mkdir(path.join(folder, 'node_modules/heavy'), { recursive: true });
  await writeFile(
    path.join(folder, 'node_modules/heavy/index.js'),
    "const os = require('os'); undeclared = 'marked text'; exports.say = () => undeclared + os.EOL;",
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Heavy {
  say(): string;
}

interface Program {
  load(): Promise<Heavy>;
}

async function bundle(): Promise<{ code: string; program: Program }> {
  const outfile = path.join(folder, 'program.js');
  const { outputFiles } = await build({
    stdin: {
      contents:
        "export async function load() { const { default: heavy } = await import('heavy'); return heavy; }",
      resolveDir: folder,
    },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    plugins: [packOnDemand(['heavy'])],
  });
  const code = outputFiles[0]?.text ?? '';
  await writeFile(outfile, code);
  return { code, program: createRequire(__filename)(outfile) as Program };
}

it('a packed package works when it is asked for, in its own sloppy mode', async () => {
  const { program } = await bundle();
  const heavy = await program.load();
  expect(heavy.say()).toMatch(/^marked text\r?\n$/);
});

it('a packed package runs once, however often it is asked for', async () => {
  const { program } = await bundle();
  expect(await program.load()).toBe(await program.load());
});

it('a packed package is no code of the bundle', async () => {
  const { code } = await bundle();
  expect(code).not.toMatch(/marked text|undeclared/);
});
