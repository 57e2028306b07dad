import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import { EMPTY_STATE } from '../../../../shared/state/state';
import { createTablestoreStandIn, type TablestoreStandIn } from '../../../stand-ins/tablestore/stand-in';

const ROOT = path.join(__dirname, '../../../..');
const STORES = path.join(ROOT, 'shared/operators/stores.ts');
const KEYS = { accessKeyId: 'STS.standin', accessKeySecret: 'the-secret', securityToken: 'the-token' };

/** Saves twice, loads, loses a race, and prints how that went. */
const PROGRAM = `
const { openStores } = require('./stores.js');
const [endpoint, keys] = JSON.parse(process.argv[1]);
const { state: store } = openStores(
  { kind: 'tablestore', instance: 'watch', region: 'cn-hangzhou', table: 'states' },
  { endpoint: new URL(endpoint), credentials: () => keys, clock: { now: Date.now, sleep: (ms) => new Promise((done) => setTimeout(done, ms)) } },
);
const EMPTY = ${JSON.stringify(EMPTY_STATE)};
(async () => {
  const soon = () => Date.now() + 100_000;
  await store.load(soon());
  const first = await store.save(EMPTY, null, soon());
  const second = await store.save(EMPTY, first, soon());
  const { version } = await store.load(soon());
  const loser = await store.save(EMPTY, first, soon()).catch(({ kind }) => kind);
  console.log(JSON.stringify({ isSecond: version === second, loser }));
})();
`;

describe('the tablestore store in a bundle', () => {
  let folder: string;
  let standIn: TablestoreStandIn;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'store-bundle-'));
    standIn = await createTablestoreStandIn({ instance: 'watch', keys: [KEYS] });
  });
  afterEach(async () => {
    await standIn.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function bundle(tsconfig: object): Promise<Metafile> {
    const { metafile } = await build({
      entryPoints: [STORES],
      outfile: path.join(folder, 'stores.js'),
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      // As the functions have it: Node's own tells of a deprecation from version 24 on.
      alias: { url: path.join(ROOT, 'scripts/bundle/url.ts') },
      metafile: true,
      tsconfigRaw: { compilerOptions: tsconfig },
      logLevel: 'error',
    });
    return metafile;
  }

  it.each([
    { name: 'strict, as esbuild makes it for a strict tsconfig.json', tsconfig: { strict: true } },
    { name: 'sloppy', tsconfig: {} },
  ])('that is $name, works and prints nothing of its own', async ({ tsconfig }) => {
    await bundle(tsconfig);
    const run = promisify(execFile)(
      process.execPath,
      ['-e', PROGRAM, JSON.stringify([standIn.url.href, KEYS])],
      { cwd: folder },
    );
    await expect(run).resolves.toEqual({
      stdout: `${JSON.stringify({ isSecond: true, loser: 'conflict' })}\n`,
      stderr: '',
    });
  });

  it('does not evaluate the SDK before its first use', async () => {
    const { inputs } = await bundle({});
    const importers = Object.entries(inputs)
      .filter(([file]) => !file.includes('node_modules/'))
      .flatMap(([file, { imports }]) =>
        imports
          .filter((entry) => entry.path.includes('node_modules/tablestore/'))
          .map(({ kind }) => `${path.basename(file)}: ${kind}`),
      );
    expect(importers).toEqual(['client.ts: dynamic-import']);
  });
});
