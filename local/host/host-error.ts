/** Why the host cannot start, as a sentence for whoever started it: what is wrong, and what to do. */
export class HostError extends Error {
  override readonly name = 'HostError';
}
