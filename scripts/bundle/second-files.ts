import path from 'node:path';
import type { Plugin } from 'esbuild';

/** By file name, such as `tablestore.js`: the package or file that it is made of. */
export type SecondFiles = Map<string, string>;

/**
 * Makes a second file, beside the bundle, of everything that our own code loads by `import('…')`: it costs a start nothing
 * until it is asked for. As a part of the bundle, the Tablestore SDK alone is 760 kB that every cold start reads and
 * parses, as much CPU time as a whole bare Node process. What is to be built is added to `found`.
 */
export function secondFiles(found: SecondFiles): Plugin {
  return {
    name: 'second-files',
    setup(bundler) {
      bundler.onResolve({ filter: /./ }, async ({ path: asked, kind, importer, resolveDir }) => {
        const isOurs = !importer.includes('node_modules');
        if (kind !== 'dynamic-import' || !isOurs || asked.startsWith('node:')) return undefined;
        const { path: source, errors } = await bundler.resolve(asked, { kind: 'require-call', resolveDir });
        if (errors.length > 0) return { errors };
        const name = `${path.basename(asked)}.js`;
        const other = found.get(name);
        if (other !== undefined && other !== source) {
          return { errors: [{ text: `${other} and ${source} would both be ${name}: rename one.` }] };
        }
        found.set(name, source);
        return { path: `./${name}`, external: true };
      });
    },
  };
}
