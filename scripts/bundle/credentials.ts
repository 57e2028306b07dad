/**
 * Stands in the bundles for @alicloud/credentials, which the core client loads for keys that nobody here asks it for:
 * profiles, instance roles, OIDC, URLs. The functions give it a `credential` of their own instead, and save its 65 kB.
 */
export function Config(): never {
  throw new Error(
    'This bundle looks for no keys by itself: give the core client a `credential` to sign with.',
  );
}

export default Config;
