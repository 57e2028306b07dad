/**
 * Resolves an s.yaml by Serverless Devs' own resolver and sends the outcome to the parent process. It runs in a process
 * of its own because the resolver loads `.env` into process.env and talks to the console.
 *
 * Arguments: the path of s.yaml, that of the file of settings, then the names of the variables whose values are wanted.
 * The answer also tells that file as it was written, by the parser that the resolver itself uses.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** @type {unknown} */
const resolver = createRequire(import.meta.url)('@serverless-devs/parse-spec');
const { default: ParseSpec } = /** @type {typeof import('@serverless-devs/parse-spec')} */ (resolver);

/**
 * @typedef {{
 *   parse: (text: string) => Record<string, string>,
 *   config: (options: { path: string }) => unknown,
 * }} Dotenv
 */

/** What the resolver itself reads `.env` with. */
const resolverFile = createRequire(import.meta.url).resolve('@serverless-devs/parse-spec');
/** @type {unknown} */
const loaded = createRequire(resolverFile)('dotenv');
const dotenv = /** @type {Dotenv} */ (loaded);

/** What stands in the file of settings, and the text of it. */
function readDotenv() {
  if (!existsSync(envFile)) return null;
  const text = readFileSync(envFile, 'utf8');
  return { text, values: dotenv.parse(text) };
}

const [specFile = '', envFile = '', ...variables] = process.argv.slice(2);
// The resolver knows no other file than the `.env` beside s.yaml: what it asks for there, it gets from ours.
const usual = path.join(path.dirname(specFile), '.env');
const { config } = dotenv;
dotenv.config = (options) => config({ ...options, path: options.path === usual ? envFile : options.path });

/** The answer, or what is wrong with the file. */
async function answer() {
  try {
    // isPreview: no secret of Serverless Devs' own store is looked up. argv: our arguments are not its command line.
    const spec = await new ParseSpec(specFile, { isPreview: true, argv: [] }).start();
    const steps = spec.steps.map(({ projectName, component, props }) => ({ projectName, component, props }));
    const values = Object.fromEntries(variables.map((name) => [name, process.env[name] ?? '']));
    // The keys that Serverless Devs keeps for the person, under the name that s.yaml gives as `access`.
    const key = spec.steps[0]?.credential ?? null;
    return { steps, key, variables: values, dotenv: readDotenv() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

void answer().then((told) => {
  process.send?.(told);
  process.disconnect();
});
