/**
 * Stands in the bundles for @alicloud/gateway-spi, of which the core client makes what it hands to a gateway of one's own
 * (`execute`): nobody here has one. Its classes are 4 kB of each bundle that every start runs.
 */
export function InterceptorContextRequest(): never {
  throw new Error('This bundle calls no gateway of its own: use callApi.');
}
