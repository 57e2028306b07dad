import { readFunctionSet } from '../../scripts/function-set';
import { ROOT } from './document';
import { documentedPolicies } from './policies';

const [bootstrap = [], deploy = []] = documentedPolicies();

test('The policies are the same in both languages', () => {
  expect(documentedPolicies()).toHaveLength(2);
  expect(documentedPolicies('docs/deploy.zh-CN.md')).toEqual(documentedPolicies());
});

test('A deployer may pass on the two roles of s.yaml and change its two functions, and write no policy', async () => {
  const { functions } = await readFunctionSet(ROOT, { DEPLOYMENT_SUFFIX: '-any' });
  const named = (text: string) => text.replace(/-any$/, '<suffix>');
  const resourcesOf = (service: string) =>
    deploy
      .filter(({ actions }) => actions.some((action) => action.startsWith(`${service}:`)))
      .flatMap(({ resources }) => resources);
  expect(resourcesOf('ram')).toEqual(
    functions.map(({ role }) => `acs:ram:*:<account>:role/${named(role ?? '')}`),
  );
  expect(resourcesOf('fc').filter((resource) => resource !== '*')).toEqual([
    ...functions.flatMap(({ name }) => [
      `acs:fc:<region>:<account>:functions/${named(name)}`,
      `acs:fc:<region>:<account>:functions/${named(name)}/*`,
    ]),
    'acs:fc:<region>:<account>:custom-domains/<domain>',
  ]);
  const onRam = deploy.flatMap(({ actions }) => actions).filter((action) => action.startsWith('ram:'));
  expect(onRam).toEqual(['ram:PassRole']);
});

test('Neither policy permits everything of a service', () => {
  const actions = [...bootstrap, ...deploy].flatMap((permission) => permission.actions);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
});
