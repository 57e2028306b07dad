/** The keys of a role as they are handed out, renewed and left to expire, and everything in this run that is a secret. */
import { randomBytes } from 'node:crypto';
import type { AccessKey } from '../../local/simulator/acs3';

export interface Keys {
  /** What the functions sign with. */
  readonly inUse: AccessKey;
  /** What the gateway knows. */
  readonly known: readonly AccessKey[];
  /** New keys for the functions; the gateway refuses the old ones from now on. */
  renew(): void;
  /** The keys in use have expired, and nobody renews them. */
  expire(): void;
  /** Every key and token so far. */
  readonly secrets: readonly string[];
}

export function createKeys(): Keys {
  const secrets: string[] = [];
  const make = (): AccessKey => {
    const key = {
      accessKeyId: `STS.${randomBytes(8).toString('hex')}`,
      accessKeySecret: randomBytes(16).toString('hex'),
      securityToken: randomBytes(24).toString('base64'),
    };
    secrets.push(...Object.values(key));
    return key;
  };
  let inUse = make();
  let expired: AccessKey[] = [];
  return {
    get inUse() {
      return inUse;
    },
    get known() {
      return expired.includes(inUse) ? expired : [...expired, inUse];
    },
    renew() {
      expired = [{ ...inUse, expiresAt: 0 }];
      inUse = make();
    },
    expire() {
      inUse = { ...inUse, expiresAt: 0 };
      expired = [inUse];
    },
    secrets,
  };
}
