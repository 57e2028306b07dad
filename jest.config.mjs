import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // All that tests import: `npx jest --findRelatedTests <source>` looks nowhere else.
  roots: ['bench', 'functions', 'local', 'scripts', 'shared', 'test'],
  testMatch: ['**/*.test.ts'],
  // The tests of the functions run the built bundles: build them first, once.
  globalSetup: '<rootDir>/test/build-bundles.ts',
  transform: {
    '\\.[cm]?[jt]s$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }],
  },
  // Serverless Devs' resolver runs for each s.yaml that a test reads: the same program, loaded once for each test file.
  moduleNameMapper: { '^\\./run-resolver$': '<rootDir>/test/stand-ins/run-resolver.ts' },
  transformIgnorePatterns: ['/dist/', '/node_modules/'],
  // Most tests wait for processes and sockets: with a worker for each core, the cores are idle for half of the time.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // For what hangs: on a busy machine a process alone may take many seconds to start.
  testTimeout: (process.env['RUNS'] ?? '') === '' ? 300_000 : 3_600_000,
  // A worker holds up to 1.8 GB when all is done. It has ended its own code 10 ms after it is told to, and its process is gone
  // more than 0.5 s later, which is Jest's limit. What a test leaves open is still found: it lasts longer.
  workerGracefulExitTimeout: 3_000,
};
