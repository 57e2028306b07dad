/** Each document is written by one function alone: what bootstrap permits, held against a table that checks it. */
import { desiredResources, type PolicyDocument } from '../../../scripts/bootstrap/resources';
import { operatorsKind } from '../../../shared/operators/document';
import { systemClock } from '../../../shared/runtime/clock';
import { stateKind } from '../../../shared/state/document';
import type { DocumentKind } from '../../../shared/documents/document-kind';
import { createSharedStore } from '../../../shared/documents/create';
import { operatorsLocation, type TablestoreLocation } from '../../../shared/documents/location';
import { createTablestoreStandIn, type TablestoreStandIn } from '../../stand-ins/tablestore/stand-in';
import { SAMPLE, stateOf } from '../state/sample-state';
import { RECORD, recordOf } from './sample-record';

const ACCOUNT = '1234567890123456';
const STATE: TablestoreLocation = {
  kind: 'tablestore',
  instance: 'watch',
  region: 'cn-hangzhou',
  table: 'states',
};
const OPERATORS = operatorsLocation(STATE);
const DEPLOYMENT = { query: 'query-robot-tasks', watch: 'watch-robot-tasks', region: 'cn-hangzhou' };
const keysOf = (name: string) => ({ accessKeyId: `STS.${name}`, accessKeySecret: `secret of ${name}` });
const soon = () => Date.now() + 100_000;

let table: TablestoreStandIn;
beforeEach(async () => {
  table = await createTablestoreStandIn({ instance: 'watch', keys: ['query', 'watch', 'owner'].map(keysOf) });
  await open('owner', STATE, stateKind).save(SAMPLE, null, soon());
  await open('owner', OPERATORS, operatorsKind).save(RECORD, null, soon());
  const { identities } = desiredResources(
    {
      ...{ queryRole: 'query', watchRole: 'watch', table: STATE, source: 'dyvms', asksBalance: false },
      startsTasks: true,
      deployment: DEPLOYMENT,
    },
    ACCOUNT,
  );
  const policies = new Map(identities.map(({ name, permissions }) => [`STS.${name}`, permissions]));
  table.permits = (accessKeyId, action, name) => {
    const policy = policies.get(accessKeyId);
    return policy === undefined || isPermitted(policy, action, arnOf(name));
  };
});
afterEach(() => table.close());

const arnOf = (name: string) => `acs:ots:cn-hangzhou:${ACCOUNT}:instance/watch/table/${name}`;

function isPermitted({ Statement }: PolicyDocument, action: string, resource: string): boolean {
  return Statement.some(
    (statement) =>
      'Resource' in statement && statement.Action.includes(action) && statement.Resource.includes(resource),
  );
}

function open<T>(role: string, location: TablestoreLocation, kind: DocumentKind<T>) {
  const options = { endpoint: table.url, credentials: () => keysOf(role), clock: systemClock };
  return createSharedStore(location, kind, options);
}

it('the watch saves the state and reads the record; the query function the other way about', async () => {
  expect(await open('query', STATE, stateKind).read(soon())).toEqual(SAMPLE);
  expect(await open('watch', OPERATORS, operatorsKind).read(soon())).toEqual(RECORD);
  const state = open('watch', STATE, stateKind);
  await state.save(stateOf('1'), (await state.load(soon())).version, soon());
  const record = open('query', OPERATORS, operatorsKind);
  await record.save(recordOf('1'), (await record.load(soon())).version, soon());
  expect(await open('owner', STATE, stateKind).read(soon())).toEqual(stateOf('1'));
  expect(await open('owner', OPERATORS, operatorsKind).read(soon())).toEqual(recordOf('1'));
});

it.each([
  {
    name: 'the state by the query function',
    role: 'query',
    location: STATE,
    kind: stateKind,
    content: stateOf('1'),
  },
  {
    name: 'the record by the watch',
    role: 'watch',
    location: OPERATORS,
    kind: operatorsKind,
    content: recordOf('1'),
  },
])('to write $name is refused, and nothing is written', async ({ role, location, kind, content }) => {
  const document = kind as DocumentKind<unknown>;
  const before = await open('owner', location, document).load(soon());
  await expect(open(role, location, document).save(content, before.version, soon())).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('OTSNoPermissionAccess') as unknown,
  });
  expect(await open('owner', location, document).load(soon())).toEqual(before);
});
