/**
 * Resolves an s.yaml by Serverless Devs' own resolver and sends the outcome to the parent process. It runs in a process
 * of its own because the resolver loads `.env` into process.env and talks to the console.
 *
 * Arguments: the path of s.yaml, then the names of the variables whose values (after `.env`) are wanted.
 * The answer also tells `.env` as it was written, by the parser that the resolver itself uses.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** @type {unknown} */
const resolver = createRequire(import.meta.url)('@serverless-devs/parse-spec');
const { default: ParseSpec } = /** @type {typeof import('@serverless-devs/parse-spec')} */ (resolver);

/** What stands in `.env`, and the text of it. */
function readDotenv() {
  const file = path.join(path.dirname(specFile), '.env');
  if (!existsSync(file)) return null;
  const resolverFile = createRequire(import.meta.url).resolve('@serverless-devs/parse-spec');
  /** @type {unknown} */
  const parser = createRequire(resolverFile)('dotenv');
  const text = readFileSync(file, 'utf8');
  return {
    text,
    values: /** @type {{ parse(text: string): Record<string, string> }} */ (parser).parse(text),
  };
}

const [specFile = '', ...variables] = process.argv.slice(2);
try {
  // isPreview: no secret of Serverless Devs' own store is looked up. argv: our arguments are not its command line.
  const spec = await new ParseSpec(specFile, { isPreview: true, argv: [] }).start();
  const steps = spec.steps.map(({ projectName, component, props }) => ({ projectName, component, props }));
  const values = Object.fromEntries(variables.map((name) => [name, process.env[name] ?? '']));
  // The keys that Serverless Devs keeps for the person, under the name that s.yaml gives as `access`.
  const key = spec.steps[0]?.credential ?? null;
  process.send?.({ steps, key, variables: values, dotenv: readDotenv() });
} catch (error) {
  process.send?.({ problem: error instanceof Error ? error.message : String(error) });
}
process.disconnect();
