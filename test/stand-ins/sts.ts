import { ACCOUNT_ID, type StandInAction } from './alibaba-cloud';

export const stsActions: Readonly<Record<string, StandInAction>> = {
  '2015-04-01 GetCallerIdentity': () => ({
    body: {
      AccountId: ACCOUNT_ID,
      Arn: `acs:ram::${ACCOUNT_ID}:user/deployer`,
      IdentityType: 'RAMUser',
      UserId: '2',
    },
  }),
};
