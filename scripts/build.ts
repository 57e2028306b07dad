/**
 * Bundles each function into dist/<function>/index.js: one minified CommonJS file with everything inside, because
 * Function Compute installs nothing. `npm run build` and the tests call this.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, transform, type BuildOptions } from 'esbuild';
import { openApiDocument } from '../functions/query-robot-tasks/openapi';
import { compileModulesAtOnce } from './bundle/compile-at-once';
import { COMMON_JS } from './bundle/common-js';
import { packOnDemand } from './bundle/pack-on-demand';

const ROOT = path.join(__dirname, '..');

/** What the core client loads and never uses here: two thirds of its bundled size, and half of its time to load. */
const STAND_INS = {
  '@alicloud/credentials': path.join(__dirname, 'bundle', 'credentials.ts'),
  '@alicloud/tea-xml': path.join(__dirname, 'bundle', 'tea-xml.ts'),
  debug: path.join(__dirname, 'bundle', 'debug.cjs'),
  zlib: path.join(__dirname, 'bundle', 'zlib.ts'),
};

/** How esbuild bundles a function, but for the minifying. */
export function bundleOptions(name: string): BuildOptions {
  return {
    ...COMMON_JS,
    entryPoints: [path.join(ROOT, 'functions', name, 'index.ts')],
    alias: STAND_INS,
    plugins: [packOnDemand(['tablestore'])],
    define: { OPENAPI_DOCUMENT: JSON.stringify(JSON.stringify(openApiDocument())) },
  };
}

/** Builds every folder of functions/ that has an index.ts. Resolves to the bytes of each bundle, by function name. */
export async function buildFunctions(outputFolder = path.join(ROOT, 'dist')): Promise<Map<string, number>> {
  const entries = await readdir(path.join(ROOT, 'functions'));
  const folders = entries.filter((name) => existsSync(path.join(ROOT, 'functions', name, 'index.ts')));
  const builds = folders.map(async (name) => {
    const code = await bundleFunction(name);
    await replaceFile(path.join(outputFolder, name, 'index.js'), code);
    return [name, Buffer.byteLength(code)] as const;
  });
  return new Map(await Promise.all(builds));
}

/** All at once: an instance that starts meanwhile loads the old bundle or the new one, never a part. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(draft, text);
  await rename(draft, file);
}

async function bundleFunction(name: string): Promise<string> {
  // The white space goes last: the modules are found by it.
  const { outputFiles } = await build({
    ...bundleOptions(name),
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
  return code;
}

if (require.main === module) {
  buildFunctions().then(
    (sizes) => {
      for (const [name, bytes] of sizes) console.log(`dist/${name}/index.js  ${Math.ceil(bytes / 1000)} kB`);
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
