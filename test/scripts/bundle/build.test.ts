import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { build, transform } from 'esbuild';
import { buildFunctions } from '../../../scripts/build';
import { compileModulesAtOnce } from '../../../scripts/bundle/compile-at-once';
import { keptOr } from '../../../scripts/bundle/kept';

/** A bundle of two CommonJS modules, as the build of a function prints it before the white space is removed. */
async function bundle(): Promise<string> {
  const modules: Readonly<Record<string, string>> = {
    './counter':
      "const { step } = require('./step'); let count = 0; exports.next = () => { return (count += step); };",
    './step': 'exports.step = 2;',
  };
  const { outputFiles } = await build({
    stdin: { contents: "const { next } = require('./counter'); next(); result = next();" },
    bundle: true,
    write: false,
    minifyIdentifiers: true,
    minifySyntax: true,
    format: 'cjs',
    plugins: [
      {
        name: 'modules',
        setup(bundler) {
          bundler.onResolve({ filter: /^\.\// }, ({ path }) => ({ path, namespace: 'module' }));
          bundler.onLoad({ filter: /.*/, namespace: 'module' }, ({ path }) => ({
            contents: modules[path] ?? '',
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}

it('puts the function of every module in parentheses that the minifier keeps', async () => {
  const { code } = await transform(compileModulesAtOnce(await bundle()), { minifyWhitespace: true });
  expect(code.match(/\(\(function\(/g)).toHaveLength(2);
});

it('changes nothing of what the code does', async () => {
  const context = { result: null };
  vm.runInNewContext(compileModulesAtOnce(await bundle()), context);
  expect(context.result).toBe(4);
});

it('says so when it finds no module, so that the gain is not lost unnoticed', () => {
  expect(() => compileModulesAtOnce('var a = 1;\n')).toThrow('No CommonJS module is found');
});

it('what takes long is made once for a key, and anew for another one and where what was kept is torn', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kept-'));
  const file = path.join(folder, 'below/page.json');
  let made = 0;
  const get = (key: string) => keptOr(file, key, () => Promise.resolve({ key, number: (made += 1) }));
  expect(await get('a')).toEqual({ key: 'a', number: 1 });
  expect(await get('a')).toEqual({ key: 'a', number: 1 });
  expect(await get('b')).toEqual({ key: 'b', number: 2 });
  expect(await get('a')).toEqual({ key: 'a', number: 3 });
  await writeFile(file, '{"key":"a","va');
  expect(await get('a')).toEqual({ key: 'a', number: 4 });
  expect(await readdir(path.dirname(file))).toEqual(['page.json']);
  await rm(folder, { recursive: true });
});

it('leaves no code of an older build beside its own, which would be deployed with it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dist-'));
  const watch = path.join(folder, 'watch-robot-tasks');
  await mkdir(watch);
  await writeFile(path.join(watch, 'senders-of-before.js'), '');
  const files = await buildFunctions(folder);
  const built = [...files.keys()].flatMap((file) => /^watch-robot-tasks\/(.+)$/.exec(file)?.[1] ?? []);
  expect((await readdir(watch)).toSorted()).toEqual([...built, 'roots'].toSorted());
  await rm(folder, { recursive: true });
});
