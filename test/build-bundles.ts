import { buildFunctions } from '../scripts/build';

/** Jest's global setup: the tests of the functions run what would be deployed. */
export default async function buildBundles(): Promise<void> {
  await buildFunctions();
}
