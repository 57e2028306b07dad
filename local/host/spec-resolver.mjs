/**
 * Resolves an s.yaml by Serverless Devs' own resolver and sends the outcome to the parent process. It runs in a process
 * of its own because the resolver loads `.env` into process.env and talks to the console.
 *
 * Arguments: the path of s.yaml, then the names of the variables whose values (after `.env`) are wanted.
 */
import { createRequire } from 'node:module';

/** @type {unknown} */
const resolver = createRequire(import.meta.url)('@serverless-devs/parse-spec');
const { default: ParseSpec } = /** @type {typeof import('@serverless-devs/parse-spec')} */ (resolver);

const [specFile = '', ...variables] = process.argv.slice(2);
try {
  // isPreview: no secret of Serverless Devs' own store is looked up. argv: our arguments are not its command line.
  const spec = await new ParseSpec(specFile, { isPreview: true, argv: [] }).start();
  // Only what the host needs: a step also holds the keys of the person's Serverless Devs account.
  const steps = spec.steps.map(({ projectName, component, props }) => ({ projectName, component, props }));
  const values = Object.fromEntries(variables.map((name) => [name, process.env[name] ?? '']));
  process.send?.({ steps, variables: values });
} catch (error) {
  process.send?.({ problem: error instanceof Error ? error.message : String(error) });
}
process.disconnect();
