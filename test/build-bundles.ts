/** Jest's global setup: the tests of the functions run what would be deployed, and those of the commands one file for each. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { buildFunctions } from '../scripts/build';
import { COMMON_JS } from '../scripts/bundle/common-js';
import { bundleOfCommand, COMMANDS, RESOLVER_BUNDLE } from './stand-ins/commands';

const ROOT = path.join(__dirname, '..');

export default async function buildBundles(): Promise<void> {
  await Promise.all([buildFunctions(), buildCommands(), buildResolver()]);
}

/** Compiling a command anew at each call, as `tsx` does, is most of what a call costs. */
async function buildCommands(): Promise<void> {
  await build({
    ...COMMON_JS,
    entryPoints: COMMANDS.map((file) => path.join(ROOT, file)),
    outdir: path.dirname(bundleOfCommand('command.ts')),
    outbase: ROOT,
    // What has programs and files of its own beside it.
    external: ['@serverless-devs/*', '@sparticuz/chromium', 'axe-core', 'esbuild', 'jest', 'puppeteer-core'],
    plugins: [keepPlaces],
  });
}

const RESOLVER = path.join(ROOT, 'shared/deployment/spec-resolver.mjs');
const PARSER = '@serverless-devs/parse-spec';
/** What asks a person for keys, and looks an account up: reading an s.yaml does neither. */
const NEVER_CALLED = ['inquirer', '@alicloud/pop-core'];

async function buildResolver(): Promise<void> {
  const text = (await readFile(RESOLVER, 'utf8'))
    .replace(`createRequire(import.meta.url)('${PARSER}')`, `require('${PARSER}')`)
    .replace("createRequire(resolverFile)('dotenv')", "require('dotenv')")
    .replace(/^const resolverFile = .*$/m, '');
  if (text.includes('createRequire(')) throw new Error(`${RESOLVER} loads what this does not know.`);
  await build({
    ...COMMON_JS,
    stdin: { contents: text, resolveDir: path.dirname(require.resolve(PARSER)) },
    outfile: RESOLVER_BUNDLE,
    plugins: [leaveOut(NEVER_CALLED)],
  });
}

function leaveOut(names: readonly string[]): Plugin {
  return {
    name: 'leave out',
    setup(esbuild) {
      esbuild.onResolve({ filter: /./ }, ({ path: name }) =>
        names.includes(name) ? { path: name, namespace: 'empty' } : null,
      );
      esbuild.onLoad({ filter: /./, namespace: 'empty' }, () => ({ contents: '' }));
    },
  };
}

/** Each module finds what lies beside its source, and no command runs because another one imports it. */
const keepPlaces: Plugin = {
  name: 'keep places',
  setup(esbuild) {
    esbuild.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (file.includes('node_modules')) return null;
      const names = { __dirname: path.dirname(file), __filename: file };
      const places = Object.entries(names).map(
        ([name, value]) => `const ${name} = ${JSON.stringify(value)};`,
      );
      const bundle = bundleOfCommand(path.relative(ROOT, file).replaceAll(path.sep, '/'));
      const text = (await readFile(file, 'utf8'))
        .replace('require.main === module', `process.argv[1] === ${JSON.stringify(bundle)}`)
        .replace("path.join(__dirname, 'spec-resolver.mjs')", JSON.stringify(RESOLVER_BUNDLE));
      return { loader: 'ts', contents: `${places.join(' ')} ${text}` };
    });
  },
};
