/** The projects of Simple Log Service, as far as a deployment makes them: the API 2020-12-30. */
import { ACCOUNT_ID, Refusal, type StandInAction } from './alibaba-cloud';
import type { Permit } from './permissions';

/** The log stores by `<project>` and `<project>/<logstore>`; true once they have an index. */
export type LogServiceState = Map<string, boolean>;

export function logServiceActions(
  stores: LogServiceState,
  region: string,
  permit: Permit,
): Readonly<Record<string, StandInAction>> {
  function action(
    name: string,
    play: (path: string) => unknown,
    resourceOf = (path: string) => `project/${path.replace('/', '/logstore/')}`,
  ): [string, StandInAction] {
    return [
      `2020-12-30 ${name}`,
      ({ path }) => {
        const asked = path.slice(1);
        permit(`log:${name}`, `acs:log:${region}:${ACCOUNT_ID}:${resourceOf(asked)}`);
        return { body: play(asked) ?? {} };
      },
    ];
  }
  function get(code: string) {
    return (path: string) => {
      if (!stores.has(path)) throw new Refusal(404, code, `${path} does not exist`);
    };
  }
  return Object.fromEntries([
    action('GetProject', get('ProjectNotExist')),
    action('CreateProject', (path) => stores.set(path, false)),
    action('GetLogStore', get('LogStoreNotExist')),
    action('CreateLogStore', (path) => {
      get('ProjectNotExist')(path.split('/')[0] ?? '');
      stores.set(path, false);
    }),
    action('GetIndex', (path) => {
      if (stores.get(path) !== true) throw new Refusal(404, 'IndexConfigNotExist', 'there is no index');
    }),
    action('CreateIndex', (path) => stores.set(path, true)),
  ]);
}
