/** The built watch with its state in Tablestore: the SDK is a file beside the bundle. */
import { createTablestoreStandIn, type TablestoreStandIn } from '../../stand-ins/tablestore/stand-in';
import {
  CONTEXT,
  createSurroundings,
  type Surroundings,
} from '../../functions/watch-robot-tasks/watch-instance';

let around: Surroundings;
let table: TablestoreStandIn;
beforeEach(async () => {
  around = await createSurroundings();
  table = await createTablestoreStandIn({ instance: 'watch', keys: [CONTEXT.credentials] });
});
afterEach(async () => {
  await around.close();
  await table.close();
});

it('what one instance told, the next one knows from the table', async () => {
  around.simulator.tasks.add({ status: 'ARREARS_STOP' });
  const env = {
    STATE_STORE: 'tablestore://watch.cn-hangzhou/states',
    TABLESTORE_ENDPOINT: table.url.origin,
  };
  const first = around.start(env);
  await expect(first.invoke('{}', CONTEXT)).resolves.toMatchObject({ fired: 1 });
  await first.kill();
  const second = around.start(env);
  await expect(second.invoke('{}', CONTEXT)).resolves.toMatchObject({ stopped: 1, fired: 0 });
  expect(around.inbox.messages).toHaveLength(2);
});
