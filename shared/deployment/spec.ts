/**
 * Reads s.yaml by Serverless Devs' own resolver. This folder holds what scripts/ and local/ both need to know of a
 * deployment; no function imports it.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { Environment } from '../runtime/environment';
import { runResolver } from './run-resolver';

const stepSchema = v.object({ projectName: v.string(), component: v.unknown(), props: v.unknown() });
/** One resource of s.yaml, its expressions replaced by their values. */
export type Step = v.InferOutput<typeof stepSchema>;

const keySchema = v.object({
  AccountID: v.optional(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.transform((id) => String(id)),
    ),
  ),
  AccessKeyID: v.string(),
  AccessKeySecret: v.string(),
  SecurityToken: v.optional(v.string()),
});
/** A key pair in the form in which Serverless Devs keeps it. */
export type ServerlessDevsKey = v.InferOutput<typeof keySchema>;

/** What Serverless Devs makes of s.yaml. */
export interface ResolvedSpec {
  readonly steps: readonly Step[];
  /** The keys that Serverless Devs keeps under s.yaml's `access`; null when there are none. */
  readonly key: ServerlessDevsKey | null;
  /** The values of the variables that were asked for, the file of settings included; empty when unset. */
  readonly variables: Environment;
  /** The file of settings as it was written, before anything in it was replaced; null when there is none. */
  readonly dotenv: { readonly text: string; readonly values: Environment } | null;
}

const answerSchema = v.union([
  v.object({ problem: v.string() }),
  v.object({
    steps: v.array(stepSchema),
    key: v.fallback(v.nullable(keySchema), null),
    variables: v.record(v.string(), v.string()),
    dotenv: v.nullable(v.object({ text: v.string(), values: v.record(v.string(), v.string()) })),
  }),
]);

/** What is wrong with s.yaml, as a sentence for whoever wrote it. */
export class SpecError extends Error {
  override readonly name = 'SpecError';
}

/**
 * Resolves s.yaml. `env` is all that its `${env('X', …)}` sees, together with `envFile` (by default the `.env` beside
 * s.yaml), which fills in what `env` leaves unset (an empty variable is set). This process's environment stays as it is.
 * Throws a SpecError.
 */
export async function resolveSpec(
  specFile: string,
  env: Environment,
  variables: readonly string[] = [],
  envFile = path.join(path.dirname(path.resolve(specFile)), '.env'),
): Promise<ResolvedSpec> {
  const file = path.resolve(specFile);
  const name = path.basename(file);
  if (!existsSync(file)) throw new SpecError(`${name} is missing: there is no ${file}.`);
  const args = [file, path.resolve(envFile), ...variables];
  const answer = v.parse(answerSchema, await runResolver(args, path.dirname(file), env));
  if ('problem' in answer) throw new SpecError(`${name} cannot be read: ${lastSentence(answer.problem)}`);
  return answer;
}

/** The resolver's messages are several lines with the place in a template first; what is wrong comes last. */
function lastSentence(problem: string): string {
  const [first = '', ...rest] = problem.split('\n').filter((line) => line.trim() !== '');
  if (!first.startsWith('anonymous:')) return first;
  return (rest.at(-1) ?? first).replace(/^\w*Error: /, '');
}
