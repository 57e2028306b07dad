/**
 * Bundles each function into dist/<function>/index.js, a minified CommonJS file, because Function Compute installs nothing.
 * What is loaded only when it is needed lies beside it. Node's root certificates lie there too. `npm run build` and
 * the tests call this.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, transform, type BuildOptions } from 'esbuild';
import { openApiDocument } from '../functions/query-robot-tasks/openapi/openapi';
import { toAscii } from './bundle/ascii';
import { compileModulesAtOnce } from './bundle/compile-at-once';
import { COMMON_JS } from './bundle/common-js';
import { buildPage } from './bundle/page';
import { nodesRoots, ROOTS_FOLDER, writeRoots } from './bundle/roots/folder';
import { secondFiles, type SecondFiles } from './bundle/second-files';
import { readOptions, runCommand } from './command-line';

const ROOT = path.join(__dirname, '..');

const COMMAND = {
  usage: `npm run build

Bundles each function, and the page, into dist/<function>/.

  --help   show this`,
  options: {},
} as const;

/** What the core client loads and never uses here: two thirds of its bundled size, and half of its time to load. */
const STAND_INS = {
  '@alicloud/credentials': path.join(__dirname, 'bundle', 'credentials.ts'),
  '@alicloud/gateway-spi': path.join(__dirname, 'bundle', 'gateway-spi.ts'),
  '@alicloud/tea-xml': path.join(__dirname, 'bundle', 'tea-xml.ts'),
  debug: path.join(__dirname, 'bundle', 'debug.cjs'),
  url: path.join(__dirname, 'bundle', 'url.ts'),
  zlib: path.join(__dirname, 'bundle', 'zlib.ts'),
};

/** How esbuild bundles a function, but for the minifying. */
export function bundleOptions(name: string, found: SecondFiles = new Map()): BuildOptions {
  return {
    ...COMMON_JS,
    entryPoints: [path.join(ROOT, 'functions', name, 'index.ts')],
    alias: STAND_INS,
    plugins: [secondFiles(found)],
    // CommonJS finds a file beside itself.
    supported: { 'dynamic-import': false },
  };
}

/**
 * Builds every folder of functions/ that has an index.ts, and the page. Resolves to the bytes of each file, such as
 * `<function>/index.js`.
 */
export async function buildFunctions(outputFolder = path.join(ROOT, 'dist')): Promise<Map<string, number>> {
  const entries = await readdir(path.join(ROOT, 'functions'));
  const names = entries.filter((name) => existsSync(path.join(ROOT, 'functions', name, 'index.ts')));
  const files = (await Promise.all(names.map(filesOf))).flat();
  const roots = nodesRoots(new Date());
  await Promise.all([
    ...files.map(([name, content]) => replaceFile(path.join(outputFolder, name), content)),
    ...names.map((name) => writeRoots(path.join(outputFolder, name, ROOTS_FOLDER), roots)),
  ]);
  const built = new Set(files.map(([name]) => name));
  await Promise.all(names.map((name) => removeOlderCode(outputFolder, name, built)));
  return new Map(files.map(([name, content]) => [name, Buffer.byteLength(content)]));
}

async function filesOf(name: string): Promise<[file: string, content: string | Buffer][]> {
  const found: SecondFiles = new Map();
  const files: [string, string | Buffer][] = [
    [`${name}/index.js`, await bundleFunction(name, found)],
    // Node looks for one in every folder above before it loads a module, and takes what it says for what index.js is.
    [`${name}/package.json`, '{"type":"commonjs"}\n'],
  ];
  // A second file can ask for others.
  for (const [file, source] of found)
    files.push([`${name}/${file}`, await bundleSecond(name, source, found)]);
  if (name === 'query-robot-tasks') {
    files.push([`${name}/openapi.json`, JSON.stringify(openApiDocument())]);
    const { html, packed, contentSecurityPolicy } = await buildPage();
    files.push([`${name}/page.html`, html], [`${name}/page.html.gz`, packed]);
    files.push([`${name}/page.csp`, contentSecurityPolicy]);
  }
  return files;
}

async function bundleSecond(name: string, source: string, found: SecondFiles): Promise<string> {
  const { outputFiles } = await build({
    ...bundleOptions(name, found),
    entryPoints: [],
    stdin: { contents: `module.exports = require(${JSON.stringify(source)})`, resolveDir: ROOT },
    minify: true,
    write: false,
  });
  return toAscii(outputFiles[0]?.text ?? '');
}

/** All at once: an instance that starts meanwhile loads the old bundle or the new one, never a part. */
async function replaceFile(file: string, content: string | Buffer): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(draft, content);
  await rename(draft, file);
}

/** The second files of an older build would be deployed with this one. */
async function removeOlderCode(folder: string, name: string, built: ReadonlySet<string>): Promise<void> {
  const code = (await readdir(path.join(folder, name))).filter((file) => file.endsWith('.js'));
  const older = code.map((file) => `${name}/${file}`).filter((file) => !built.has(file));
  await Promise.all(older.map((file) => rm(path.join(folder, file))));
}

async function bundleFunction(name: string, found: SecondFiles): Promise<string> {
  // The white space goes last: the modules are found by it.
  const { outputFiles } = await build({
    ...bundleOptions(name, found),
    minifyIdentifiers: true,
    minifySyntax: true,
    write: false,
  });
  const hinted = compileModulesAtOnce(outputFiles[0]?.text ?? '');
  const { code } = await transform(hinted, {
    minifyWhitespace: true,
    target: COMMON_JS.target,
    legalComments: COMMON_JS.legalComments,
  });
  return toAscii(code);
}

if (require.main === module) {
  runCommand(async () => {
    if (readOptions(process.argv.slice(2), COMMAND, console.log) === null) return 0;
    for (const [file, bytes] of await buildFunctions()) {
      console.log(`dist/${file}  ${Math.ceil(bytes / 1000)} kB`);
    }
    return 0;
  });
}
