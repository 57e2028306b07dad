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
  transformIgnorePatterns: ['/dist/', '/node_modules/'],
  // Most tests wait for processes and sockets: Jest's own default leaves a core idle.
  maxWorkers: '100%',
  testTimeout: 30_000,
  // A worker holds up to 1.8 GB when all is done. It has ended its own code 10 ms after it is told to, and its process is gone
  // more than 0.5 s later, which is Jest's limit. What a test leaves open is still found: it lasts longer.
  workerGracefulExitTimeout: 3_000,
};
