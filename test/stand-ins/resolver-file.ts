import { bundleOfCommand } from './commands';

/** The same program in one file, which Jest's global setup has made of it: it loads in half of the time. */
export const RESOLVER = bundleOfCommand('shared/deployment/spec-resolver.mjs');
