import path from 'node:path';
import { scripts } from '../../package.json';

/** The files that package.json's scripts run, such as `scripts/deploy.ts`. */
export const COMMANDS = Object.values(scripts).flatMap(
  (command) => /^node --import tsx (?:-- )?(\S+)$/.exec(command)?.[1] ?? [],
);

/** The same command in one file, which Jest's global setup has made of it: it starts in a quarter of the time. */
export function bundleOfCommand(file: string): string {
  const name = file.replace(/\.ts$/, '.js');
  return path.join(__dirname, '../../node_modules/.cache/robot-task-watch', name);
}

/** The program that resolves an s.yaml, in one file as well. */
export const RESOLVER_BUNDLE = bundleOfCommand('shared/deployment/spec-resolver.js');
