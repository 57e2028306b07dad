/**
 * Bundles each function into dist/<function>/index.js: one minified CommonJS file with everything inside, because
 * Function Compute installs nothing. `npm run build` and the tests call this.
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build, type BuildResult } from 'esbuild';
import { openApiDocument } from '../functions/query-robot-tasks/openapi';

const ROOT = path.join(__dirname, '..');

/** What the core client loads and never uses here: half of its bundled size, and a third of its time to load. */
const STAND_INS = {
  '@alicloud/credentials': path.join(__dirname, 'bundle', 'credentials.ts'),
  '@alicloud/tea-xml': path.join(__dirname, 'bundle', 'tea-xml.ts'),
};

/** Builds every folder of functions/ that has an index.ts. Resolves to the metafile of each bundle, by function name. */
export async function buildFunctions(
  outputFolder = path.join(ROOT, 'dist'),
): Promise<Map<string, BuildResult>> {
  const folders = await readdir(path.join(ROOT, 'functions'));
  const builds = folders.map(async (name) => {
    await rm(path.join(outputFolder, name), { recursive: true, force: true });
    const result = await build({
      entryPoints: [path.join(ROOT, 'functions', name, 'index.ts')],
      outfile: path.join(outputFolder, name, 'index.js'),
      bundle: true,
      minify: true,
      keepNames: false,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      legalComments: 'none',
      logLevel: 'warning',
      metafile: true,
      alias: STAND_INS,
      // With tsconfig.json's `strict`, esbuild would make the whole bundle strict, and with it the Tablestore SDK, which assigns
      // to variables that it does not declare: no call of it would work.
      tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
      define: { OPENAPI_DOCUMENT: JSON.stringify(JSON.stringify(openApiDocument())) },
    });
    return [name, result] as const;
  });
  return new Map(await Promise.all(builds));
}

if (require.main === module) {
  buildFunctions().then(
    (results) => {
      for (const [name, { metafile }] of results) {
        const bytes = Object.values(metafile?.outputs ?? {})[0]?.bytes ?? 0;
        console.log(`dist/${name}/index.js  ${Math.ceil(bytes / 1000)} kB`);
      }
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
