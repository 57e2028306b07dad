/** The built function, in several processes at once, with one operators' record for all of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { operatorsKind } from '../../../../shared/operators/document';
import type { OperatorsRecord } from '../../../../shared/operators/record';
import { systemClock } from '../../../../shared/runtime/clock';
import { stateKind } from '../../../../shared/state/document';
import { createSharedStore } from '../../../../shared/documents/create';
import { createFileStore } from '../../../../shared/documents/file/file-store';
import { stateOf } from '../../../shared/state/sample-state';
import { createTablestoreStandIn } from '../../../stand-ins/tablestore/stand-in';
import { CONTEXT, startBundle } from '../bundle';
import { httpEvent } from '../events';

const IDS = Array.from({ length: 24 }, (_unused, index) => String(1_045_001 + index));
const soon = () => Date.now() + 100_000;

let folder: string;
let file: string;
let bundles: ReturnType<typeof startBundle>[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'operators-'));
  file = path.join(folder, 'state.json');
  await createFileStore(file, stateKind, systemClock).save(stateOf(...IDS), null, soon());
  bundles = ['zhang', 'li', 'wang'].map((name) =>
    startBundle({
      API_TOKENS: 'dashboard-token-of-the-tests',
      OPERATOR_TOKENS: `${name}:operator-token-of-${name}`,
      STATE_STORE: `file:${file}`,
    }),
  );
});
afterEach(async () => {
  await Promise.all(bundles.map((bundle) => bundle.close()));
  await rm(folder, { recursive: true });
});

const names = ['zhang', 'li', 'wang'];
/** The status, or null where the instance died before it answered. */
const take = async (index: number, id: string, bundle = bundles[index]) => {
  const event = httpEvent({
    rawPath: `/tasks/${id}/acknowledge`,
    method: 'POST',
    headers: { Authorization: `Bearer operator-token-of-${names[index]}` },
    body: '{"until":null}',
  });
  const answer = await bundle?.invoke(event).catch(() => null);
  return answer?.statusCode ?? null;
};
const record = async (): Promise<OperatorsRecord> => {
  const store = createFileStore(`${file}.operators`, operatorsKind, systemClock);
  const { content, keptAside } = await store.load(soon());
  expect(keptAside).toBeNull();
  return content ?? operatorsKind.doubt({ acknowledged: [], started: [] });
};

/** Each operator takes a share of the tasks, one after the other, and again what was lost in a race. */
async function takeShare(index: number): Promise<string[]> {
  const taken: string[] = [];
  for (const id of IDS.filter((_id, position) => position % names.length === index)) {
    let status = await take(index, id);
    while (status === 503) status = await take(index, id);
    if (status === null) return taken;
    expect(status).toBe(200);
    taken.push(id);
  }
  return taken;
}

test('operators who act at once on three instances lose no act', async () => {
  await Promise.all(names.map((_name, index) => takeShare(index)));
  const held = (await record()).acknowledged.map(({ id, by }) => `${id} ${by}`);
  expect(held.sort()).toEqual(IDS.map((id, position) => `${id} ${names[position % names.length]}`));
});

test('kill -9 at any moment loses no act that was answered, and no more than one is done unheard', async () => {
  await take(0, IDS[0] ?? '');
  const shares = names.map((_name, index) => takeShare(index));
  for (const [index, bundle] of bundles.entries())
    setTimeout(() => void bundle.close(), 20 + index * 15 + Math.random() * 60);
  const taken = (await Promise.all(shares)).flat();
  const held = (await record()).acknowledged.map(({ id }) => id);
  expect(taken.filter((id) => !held.includes(id))).toEqual([]);
  expect(held.length - taken.length).toBeLessThanOrEqual(names.length + 1);
});

test('the record is kept in Tablestore as well, in a table of its own', async () => {
  const table = await createTablestoreStandIn({ instance: 'watch', keys: [CONTEXT.credentials] });
  const location = { kind: 'tablestore', instance: 'watch', region: 'cn-hangzhou', table: 'states' } as const;
  const options = { endpoint: table.url, credentials: () => CONTEXT.credentials, clock: systemClock };
  await createSharedStore(location, stateKind, options).save(stateOf(...IDS), null, soon());
  const bundle = startBundle({
    API_TOKENS: 'dashboard-token-of-the-tests',
    OPERATOR_TOKENS: 'zhang:operator-token-of-zhang',
    STATE_STORE: 'tablestore://watch.cn-hangzhou/states',
    TABLESTORE_ENDPOINT: table.url.origin,
  });
  bundles.push(bundle);
  expect(await take(0, IDS[0] ?? '', bundle)).toBe(200);
  expect([...table.tables.keys()].sort()).toEqual(['states', 'states_operators']);
  const { body } = await bundle.invoke(httpEvent({ rawPath: '/watch' }));
  expect(JSON.parse(body)).toHaveProperty('stopped.0.acknowledged.by', 'zhang');
  await table.close();
});
