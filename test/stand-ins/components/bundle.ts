import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const NAMES = ['fc3', 'fc3-domain'] as const;

/**
 * Bundles the stand-ins of the components into `folder`, where Serverless Devs can load each by its path. What they require
 * is found by NODE_PATH.
 */
export async function bundleComponents(folder: string): Promise<{ readonly NODE_PATH: string }> {
  await build({
    entryPoints: NAMES.map((name) => ({ in: path.join(__dirname, `${name}.ts`), out: `${name}/index` })),
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
  });
  for (const name of NAMES) {
    const description = { name: `${name}-stand-in`, version: '1.0.0', main: 'index.js' };
    await writeFile(path.join(folder, name, 'package.json'), JSON.stringify(description));
  }
  return { NODE_PATH: path.join(__dirname, '../../../node_modules') };
}
