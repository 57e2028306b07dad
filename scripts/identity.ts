import * as v from 'valibot';
import { parseAnswer, type CallApi } from './alibaba-cloud';
import type { Service } from './services';

export interface Identity {
  readonly accountId: string;
  /** Who the keys belong to. */
  readonly arn: string;
}

const identitySchema = v.object({ AccountId: v.string(), Arn: v.string() });

/** Whose keys these are: STS's GetCallerIdentity, which needs no permission. Rejects with an AlibabaCloudError. */
export async function callerIdentity(callApi: CallApi, sts: Service): Promise<Identity> {
  const { AccountId, Arn } = parseAnswer(identitySchema, await callApi(sts, { action: 'GetCallerIdentity' }));
  return { accountId: AccountId, arn: Arn };
}
