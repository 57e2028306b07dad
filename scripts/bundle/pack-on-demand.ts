import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { COMMON_JS } from './common-js';

/**
 * Puts packages that are loaded by `import('…')` only into the bundle as packed text, which costs nothing until it is asked for.
 * As code, the Tablestore SDK alone is 760 kB that every cold start reads and parses, configured or not: as much CPU time as a
 * whole bare Node process.
 */
export function packOnDemand(packages: readonly string[]): Plugin {
  return {
    name: 'pack-on-demand',
    setup(bundler) {
      bundler.onResolve({ filter: /^[\w@]/ }, ({ path, kind, resolveDir }) =>
        kind === 'dynamic-import' && packages.includes(path)
          ? { path, namespace: 'packed', pluginData: resolveDir }
          : undefined,
      );
      bundler.onLoad({ filter: /.*/, namespace: 'packed' }, async ({ path, pluginData }) => ({
        contents: unpack(path, await bundlePackage(path, pluginData as string)),
      }));
    },
  };
}

async function bundlePackage(name: string, resolveDir: string): Promise<string> {
  const { outputFiles } = await build({
    ...COMMON_JS,
    stdin: { contents: `module.exports = require(${JSON.stringify(name)})`, resolveDir },
    minify: true,
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** A CommonJS module that runs `code` in its own place. */
function unpack(name: string, code: string): string {
  const packed = gzipSync(code, { level: 9 }).toString('base64');
  return `
    const { compileFunction } = require('node:vm');
    const { gunzipSync } = require('node:zlib');
    const code = gunzipSync(Buffer.from('${packed}', 'base64')).toString();
    compileFunction(code, ['module', 'exports', 'require'], { filename: '${name}.js' })(module, exports, require);`;
}
