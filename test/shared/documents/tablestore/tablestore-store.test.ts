import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { EMPTY_STATE, type WatchState } from '../../../../shared/state/state';
import { encodeState, stateKind } from '../../../../shared/state/document';
import { createTablestoreStore } from '../../../../shared/documents/tablestore/tablestore-store';
import { systemClock, type Clock } from '../../../../shared/runtime/clock';
import type { Credentials } from '../../../../shared/runtime/function-context';
import type { Value } from '../../../stand-ins/tablestore/plain-buffer';
import {
  createTablestoreStandIn,
  type Disturbance,
  type StandInKeys,
  type TablestoreStandIn,
} from '../../../stand-ins/tablestore/stand-in';
import { SAMPLE, stateOf, trackedTask } from '../../state/sample-state';

const KEYS: StandInKeys = {
  accessKeyId: 'STS.MARKED-ID',
  accessKeySecret: 'MARKED-SECRET',
  securityToken: 'MARKED-TOKEN',
};
const LOCATION = { kind: 'tablestore', instance: 'watch', region: 'cn-hangzhou', table: 'states' } as const;

let standIn: TablestoreStandIn;
beforeEach(async () => {
  standIn = await createTablestoreStandIn({ instance: 'watch', keys: [KEYS] });
});
afterEach(async () => {
  await standIn.close();
});

const soon = () => Date.now() + 100_000;
/** Waits a twentieth of the time between two tries. */
const clock: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
};
const open = (credentials: () => Credentials | null = () => KEYS) =>
  createTablestoreStore(LOCATION, stateKind, { endpoint: standIn.url, credentials, clock });
const operations = () => standIn.calls.map(({ operation }) => operation);
const rows = () => standIn.tables.get('states')?.rows ?? new Map<string, never>();

/** Puts a row into the table behind the store's back. */
async function putRow(columns: Record<string, Value>): Promise<void> {
  await open().load(soon());
  rows().set('watch', {
    primaryKey: [{ name: 'id', value: 'watch' }],
    attributes: new Map(Object.entries(columns)),
  });
}

const serviceError = (status: number, code: string, message: string): Disturbance => ({
  kind: 'error',
  status,
  code,
  message,
});

describe('the table', () => {
  it('is created by the first load: one text key, no reserved capacity, nothing expires', async () => {
    await open().load(soon());
    expect(standIn.tables.get('states')).toMatchObject({
      primaryKey: [{ name: 'id', type: 2 }],
      reserved: { read: 0, write: 0 },
      options: { timeToLive: -1, maxVersions: 1 },
    });
    expect(operations()).toEqual(['GetRow', 'CreateTable']);
  });

  it('is not waited for by the load that creates it, but by the save', async () => {
    standIn.unreadyCalls = 3;
    expect((await open().load(soon())).content).toBeNull();
    await open().save(SAMPLE, null, soon());
    expect(operations()).toEqual(['GetRow', 'CreateTable', 'PutRow', 'PutRow', 'PutRow', 'PutRow']);
    expect((await open().load(soon())).content).toEqual(SAMPLE);
  });

  it('is waited for by the load when another process has just created it', async () => {
    standIn.unreadyCalls = 2;
    const loads = await Promise.all([open().load(soon()), open().load(soon()), open().load(soon())]);
    expect(loads.map(({ content }) => content)).toEqual([null, null, null]);
  });

  it('is waited for no longer than the deadline', async () => {
    await open().load(soon());
    standIn.disturb(serviceError(404, 'OTSTableNotReady', 'The table is not ready.'), { times: Infinity });
    await expect(open().load(Date.now() + 1_000)).rejects.toThrow(
      /OTSTableNotReady|does not answer in time|no time left/,
    );
  });

  it('is created by the save if it was deleted since the load, which is a conflict for a later version', async () => {
    const version = await open().save(SAMPLE, null, soon());
    standIn.tables.clear();
    await expect(open().save(SAMPLE, version, soon())).rejects.toMatchObject({ kind: 'conflict' });
    await open().save(SAMPLE, null, soon());
    expect((await open().load(soon())).content).toEqual(SAMPLE);
  });
});

describe('the row', () => {
  it('says which version it is and when it was saved', async () => {
    const version = await open().save(SAMPLE, null, soon());
    const columns = rows().get('watch')?.attributes;
    expect(columns?.get('version')).toBe(version);
    expect(Date.parse(String(columns?.get('savedAt')))).not.toBeNaN();
    expect(Buffer.isBuffer(columns?.get('document'))).toBe(true);
  });

  it('is not fetched again while its version stays: only that is asked for', async () => {
    const store = open();
    await store.save(SAMPLE, null, soon());
    const version = rows().get('watch')?.attributes.get('version') ?? '';
    await putRow({ document: Buffer.from('?'), version });
    expect((await store.load(soon())).content).toBe(SAMPLE);
    expect(await store.read(soon())).toBe(SAMPLE);
    await putRow({ document: Buffer.from('?'), version: 'another' });
    await expect(store.read(soon())).rejects.toThrow(/is damaged/);
    expect(await store.load(soon())).toMatchObject({
      content: null,
      keptAside: expect.any(String) as string,
    });
  });

  it('holds 10,000 tasks', async () => {
    const tasks = Array.from({ length: 10_000 }, (_unused, index) =>
      trackedTask(`${1_045_001 + index}`, `回访 ${randomBytes(12).toString('base64')}`),
    );
    await open().save({ ...EMPTY_STATE, tasks }, null, soon());
    expect((await open().load(soon())).content?.tasks).toHaveLength(10_000);
  });

  it('does not hold more than Tablestore takes, and the error says so', async () => {
    const tasks = Array.from({ length: 400 }, (_unused, index) =>
      trackedTask(`${index}`, randomBytes(6_000).toString('base64')),
    );
    await open().load(soon());
    await expect(open().save({ ...EMPTY_STATE, tasks }, null, soon())).rejects.toThrow(
      /The state of 400 tasks takes \d+ bytes, and Tablestore holds at most 2097152/,
    );
    expect(operations()).toEqual(['GetRow', 'CreateTable']);
  });

  it.each<{ name: string; columns: Record<string, Value>; reason: RegExp }>([
    { name: 'no columns', columns: {}, reason: /has no document/ },
    {
      name: 'no version',
      columns: { document: gzipSync(encodeState(SAMPLE, 'save')) },
      reason: /has no version/,
    },
    {
      name: 'a number for a version',
      columns: { document: gzipSync(encodeState(SAMPLE, 'save')), version: 7n },
      reason: /has no version/,
    },
    {
      name: 'a document that is text',
      columns: { document: 'text', version: 'x' },
      reason: /has no document/,
    },
    {
      name: 'a document that is not compressed',
      columns: { document: Buffer.from(encodeState(SAMPLE, 'save')), version: 'x' },
      reason: /cannot be decompressed/,
    },
    {
      name: 'a document that swells to 100 MB',
      columns: { document: gzipSync(Buffer.alloc(100_000_000)), version: 'x' },
      reason: /cannot be decompressed/,
    },
  ])('with $name is kept aside, all of it, and the next save works', async ({ columns, reason }) => {
    await putRow(columns);
    const store = open();
    const loaded = await store.load(soon());
    expect(loaded.content).toBeNull();
    expect(loaded.keptAside).toMatch(reason);
    const aside = [...rows()].find(([id]) => id.startsWith('watch.corrupt-'));
    expect(loaded.keptAside).toContain(aside?.[0]);
    expect(Object.fromEntries(aside?.[1].attributes ?? [])).toEqual(columns);
    const version = await store.save(SAMPLE, loaded.version, soon());
    expect(await store.load(soon())).toEqual({ content: SAMPLE, version, keptAside: null });
  });
});

describe('a save whose answer is lost', () => {
  const LOSSES: [name: string, disturbance: Disturbance][] = [
    ['the connection breaks after the row is written', { kind: 'done, then reset' }],
    ['the answer is cut off', { kind: 'done, then cut' }],
    ['the connection breaks before', { kind: 'reset' }],
    ['a proxy fails', { kind: 'raw', status: 502, body: '<html>Bad gateway</html>' }],
    ['the answer is nonsense', { kind: 'raw', status: 200, body: 'not protobuf' }],
    ['the service breaks', serviceError(500, 'OTSInternalServerError', 'Internal server error.')],
    ['the service is slow', serviceError(503, 'OTSTimeout', 'Operation timeout.')],
  ];

  it.each(LOSSES)('has succeeded, with the version that the row has, when %s', async (_name, disturbance) => {
    const first = await open().save(stateOf('1'), null, soon());
    standIn.disturb(disturbance, { operation: 'PutRow' });
    const second = await open().save(stateOf('2'), first, soon());
    expect(await open().load(soon())).toEqual({ content: stateOf('2'), version: second, keptAside: null });
    await open().save(stateOf('3'), second, soon());
  });

  it('is a conflict when another save was done in between', async () => {
    const first = await open().save(stateOf('1'), null, soon());
    standIn.disturb({ kind: 'reset' }, { operation: 'PutRow' });
    const loser = open().save(stateOf('2'), first, soon());
    const winner = open().save(stateOf('3'), first, soon());
    const results = await Promise.allSettled([loser, winner]);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ kind: 'conflict' }) as unknown }),
    ]);
  });

  it('is unreachable, not a conflict, while nobody can tell', async () => {
    const first = await open().save(stateOf('1'), null, soon());
    standIn.disturb({ kind: 'done, then reset' }, { operation: 'PutRow' });
    standIn.disturb({ kind: 'reset' }, { operation: 'GetRow', times: Infinity });
    await expect(open().save(stateOf('2'), first, soon())).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('trouble that passes', () => {
  it.each([
    serviceError(503, 'OTSServerBusy', 'Server is busy.'),
    serviceError(403, 'OTSNotEnoughCapacityUnit', 'Remaining capacity unit is not enough.'),
    serviceError(409, 'OTSRowOperationConflict', 'Data is being modified by the other request.'),
    serviceError(503, 'OTSPartitionUnavailable', 'The partition is not available.'),
    serviceError(503, 'OTSServerUnavailable', 'Server is not available.'),
    { kind: 'reset' } as const,
  ])('is outlasted by a load and by a save: $kind $code', async (disturbance) => {
    const first = await open().save(stateOf('1'), null, soon());
    standIn.disturb(disturbance, { times: 2 });
    expect((await open().load(soon())).version).toBe(first);
    standIn.disturb(disturbance, { times: 2 });
    await open().save(stateOf('2'), first, soon());
  });

  it('ends the try after the fourth', async () => {
    await open().load(soon());
    const before = standIn.calls.length;
    standIn.disturb(serviceError(503, 'OTSServerBusy', 'Server is busy.'), { times: Infinity });
    await expect(open().load(soon())).rejects.toThrow(
      /^The state in tablestore:\/\/watch\.cn-hangzhou\/states cannot be used\. Tablestore answers OTSServerBusy, request [0-9a-f-]{36}\.$/,
    );
    expect(standIn.calls.length - before).toBe(4);
  });

  it('includes answers that are cut off, each of which is noticed at once', async () => {
    await open().save(SAMPLE, null, soon());
    standIn.disturb({ kind: 'done, then cut' }, { times: Infinity });
    await expect(open().load(soon())).rejects.toThrow(/Tablestore cannot be reached \(connection lost\)/);
  });

  it('includes an answer that does not end: it is not read to fill the memory', async () => {
    await open().load(soon());
    standIn.disturb({ kind: 'pour' }, { times: Infinity });
    await expect(open().load(soon())).rejects.toThrow(/Tablestore cannot be reached/);
    expect(standIn.poured).toBeLessThan(4 * 60_000_000);
  });

  it('ends with the deadline, also while a call has no answer', async () => {
    await open().load(soon());
    standIn.disturb({ kind: 'stall' }, { times: Infinity });
    await expect(open().load(Date.now() + 200)).rejects.toThrow(/does not answer in time|no time left/);
    await expect(open().load(Date.now())).rejects.toThrow(/There is no time left to ask Tablestore/);
  });
});

describe('trouble that needs a person', () => {
  it.each([
    [
      'a missing permission',
      serviceError(403, 'OTSNoPermissionAccess', 'You have no permission to access the resource.'),
      /OTSNoPermissionAccess.*: grant ots:GetRow and ots:PutRow on this table \(and ots:CreateTable while it does not exist\)/,
    ],
    [
      'a wrong instance',
      serviceError(403, 'OTSAuthFailed', 'The instance is not found.'),
      /the instance does not exist in this region, or these keys may not use it; correct STATE_STORE or/,
    ],
    [
      'a stopped instance',
      serviceError(403, 'OTSAuthFailed', 'The instance is not running.'),
      /the instance is not running/,
    ],
    [
      'network rules',
      serviceError(403, 'OTSAuthFailed', 'Request denied by instance ACL policies.'),
      /the network access rules of the instance do not let this function in/,
    ],
    [
      'a disabled key',
      serviceError(403, 'OTSAuthFailed', 'The AccessKeyID STS.MARKED-ID is disabled.'),
      /the access key does not exist or is disabled/,
    ],
    [
      'an expired token',
      serviceError(403, 'OTSAuthFailed', 'The STS token MARKED-TOKEN has expired.'),
      /the temporary keys are invalid or have expired/,
    ],
    [
      'a wrong clock',
      serviceError(403, 'OTSAuthFailed', 'Mismatch between system time and x-ots-date: 2020-01-01.'),
      /the clock of this machine is wrong/,
    ],
    [
      'a table of another shape',
      serviceError(400, 'OTSInvalidPK', 'Validate PK name fail.'),
      /the table was made for something else; name another table in STATE_STORE/,
    ],
    [
      'an answer of something else',
      { kind: 'raw', status: 404, body: '<html>MARKED-TOKEN</html>' } as const,
      /Tablestore answers HTTP 404\./,
    ],
    [
      'an error that is new',
      serviceError(400, 'OTSSomethingNew', 'MARKED-SECRET'),
      /Tablestore answers OTSSomethingNew, request [0-9a-f-]{36}\.$/,
    ],
  ])('is told at once, in a sentence, without a secret: %s', async (_name, disturbance, sentence) => {
    await open().load(soon());
    const before = standIn.calls.length;
    standIn.disturb(disturbance);
    const error: unknown = await open()
      .load(soon())
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'StoreError',
      kind: 'unreachable',
      message: expect.stringMatching(sentence) as unknown,
    });
    expect(standIn.calls.length - before).toBe(1);
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/MARKED/);
  });

  it('includes keys that the service does not accept', async () => {
    const wrong = { ...KEYS, accessKeySecret: 'MARKED-OTHER' };
    const error: unknown = await open(() => wrong)
      .load(soon())
      .catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/the access key secret does not fit its id; correct the keys/);
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/MARKED/);
  });

  it('includes having no keys', async () => {
    await expect(open(() => null).load(soon())).rejects.toThrow(
      /There are no keys for Tablestore\. Give the function a role/,
    );
    await expect(open(() => null).save(SAMPLE, null, soon())).rejects.toMatchObject({ kind: 'unreachable' });
    expect(operations()).toEqual([]);
  });

  it('includes a service that is out of reach, and the error says why', async () => {
    await standIn.close();
    const error: unknown = await open()
      .load(soon())
      .catch((reason: unknown) => reason);
    expect(String(error)).toMatch(
      /Tablestore cannot be reached, the connection is refused \(ECONNREFUSED\): check the network/,
    );
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/MARKED/);
  });
});

describe('keys', () => {
  it('are asked for before every call, so that renewed ones are used', async () => {
    let current = KEYS;
    const store = open(() => current);
    await store.load(soon());
    const renewed = { accessKeyId: 'STS.renewed', accessKeySecret: 'new', securityToken: 'new' };
    standIn.keys = [renewed];
    await expect(store.load(soon())).rejects.toMatchObject({ kind: 'unreachable' });
    current = renewed;
    const version = await store.save(SAMPLE, null, soon());
    expect((await store.load(soon())).version).toBe(version);
    expect(standIn.calls.at(-1)?.accessKeyId).toBe('STS.renewed');
  });

  it('may be a user’s, without a token', async () => {
    const keys = { accessKeyId: 'LTAI.user', accessKeySecret: 'user' };
    standIn.keys = [keys];
    const state: WatchState = EMPTY_STATE;
    await open(() => keys).save(state, null, soon());
    expect((await open(() => keys).load(soon())).content).toEqual(state);
  });
});
