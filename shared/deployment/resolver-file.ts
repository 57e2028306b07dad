import path from 'node:path';

/** The program that resolves an s.yaml. */
export const RESOLVER = path.join(__dirname, 'spec-resolver.mjs');
