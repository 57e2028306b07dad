/** Whose the things are that bootstrap finds: told by a mark in their description. */

/** One set of functions: what its things are marked with, and told from those of another one by. */
export interface Deployment {
  /** The functionNames of s.yaml. */
  readonly query: string;
  readonly watch: string;
  readonly region: string;
}

const MADE_BY = 'Made by robot-task-watch (npm run bootstrap)';
/** What versions up to 0.2.0 wrote, which knew one deployment alone. */
export const OLD_MARK = `${MADE_BY}.`;

/**
 * The description of everything that bootstrap makes for a deployment. What bears another one belongs to somebody else: it
 * may be used, but it is never deleted.
 */
export function markOf({ watch, region }: Deployment): string {
  return `${MADE_BY} for ${watch} in ${region}.`;
}

/** Who made what has this description. A deployment is named by its watch and region. */
export type Maker = 'ours' | 'old' | 'foreign' | { readonly deployment: string };

export function makerOf(description: string, deployment: Deployment): Maker {
  if (description === markOf(deployment)) return 'ours';
  if (description === OLD_MARK) return 'old';
  const prefix = `${MADE_BY} for `;
  if (!description.startsWith(prefix)) return 'foreign';
  return { deployment: description.slice(prefix.length).replace(/\.$/, '') };
}

/** Whether it was bootstrap that made it, and not noted for this deployment. */
export function isAnothers(maker: Maker): boolean {
  return maker !== 'ours' && maker !== 'foreign';
}

/** Completes "… stays: ". */
export function whyItStays(maker: Maker): string {
  if (typeof maker === 'object') return `it was made for ${maker.deployment}`;
  if (maker !== 'old') return 'bootstrap did not make it';
  return "an older version made it, and wrote down for none. If it is this deployment's, npm run bootstrap notes that";
}

export function inWords({ watch, region }: Deployment): string {
  return `${watch} in ${region}`;
}

/** Whether the function of that name belongs to the deployment. */
export function isOwn(name: string, { query, watch }: Deployment): boolean {
  return name === query || name === watch;
}
