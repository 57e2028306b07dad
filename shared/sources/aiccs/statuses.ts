/** The statuses that aiccs names otherwise than Dyvmsapi, by its name; the others are the same. */
const OURS: ReadonlyMap<string, string> = new Map([
  ['RELEASE', 'DISPATCH'],
  ['RUNNING', 'EXCUTING'],
  ['STOP', 'MANUAL_STOP'],
  ['DONE', 'FINISH'],
]);
const THEIRS: ReadonlyMap<string, string> = new Map([...OURS].map(([theirs, ours]) => [ours, theirs]));

/** A status of aiccs by the name that it has here. One that the vendor added passes through as it is. */
export function fromWire(status: string): string {
  return OURS.get(status) ?? status;
}

/** A status by the name that aiccs has for it. */
export function toWire(status: string): string {
  return THEIRS.get(status) ?? status;
}
