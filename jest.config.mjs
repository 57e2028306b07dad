/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // The tests of the functions run the built bundles: build them first, once.
  globalSetup: '<rootDir>/test/build-bundles.ts',
  transform: {
    '\\.[cm]?[jt]s$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }],
  },
  // Published as ES modules only; jest runs CommonJS.
  transformIgnorePatterns: ['/dist/', '/node_modules/(?!(alicloud-tablestore)/)'],
  testTimeout: 30_000,
};
