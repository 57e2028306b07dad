/**
 * Stands in the bundles for the zlib of the core client's HTTP module. The core client asks for no packed answer and reads every
 * one by itself, past the only place that would unpack it; loading zlib takes 4 % of what a bare Node process takes.
 * (Our own code says node:zlib.)
 */
export function createGunzip(): never {
  throw new Error('This bundle does not unpack answers: the request must not accept packed ones.');
}

export const createInflate = createGunzip;
