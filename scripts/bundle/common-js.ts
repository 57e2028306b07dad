/** One CommonJS file for Node 20, as esbuild is to make it of TypeScript and packages. */
export const COMMON_JS = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  logLevel: 'warning',
  // With tsconfig.json's `strict`, esbuild would make the packages strict as well, also those that assign to variables which they
  // do not declare: no call of the Tablestore SDK would work.
  tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
} as const;
