/**
 * An account of Alibaba Cloud with all that a deployment touches, and a workspace from which the real Serverless Devs deploys
 * to it: its components are stand-ins that make the calls of the real ones.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KEY, startAlibabaCloud, type AlibabaCloud } from '../stand-ins/alibaba-cloud';
import { bundleComponents } from '../stand-ins/components/bundle';
import {
  createFunctionComputeState,
  functionComputeControlActions,
  type FunctionComputeControlState,
} from '../stand-ins/function-compute-control';
import { logServiceActions, type LogServiceState } from '../stand-ins/log-service';
import { startObjectStorage, type ObjectStorage } from '../stand-ins/object-storage';
import type { createPermit } from '../stand-ins/permissions';
import { createRamState, ramActions, type RamState } from '../stand-ins/ram';
import { stsActions } from '../stand-ins/sts';
import { tablestoreControlActions, type StoredInstance } from '../stand-ins/tablestore-control';
import { createTablestoreStandIn, type TablestoreStandIn } from '../stand-ins/tablestore/stand-in';
import { createWorkspace, type Workspace } from './workspace';

export interface Region {
  readonly cloud: AlibabaCloud;
  readonly fc: FunctionComputeControlState;
  readonly logs: LogServiceState;
}

export interface Account {
  readonly ram: RamState;
  readonly storage: ObjectStorage;
  readonly tablestore: TablestoreStandIn;
  readonly workspace: Workspace;
  readonly regions: ReadonlyMap<string, Region>;
  /** What a command needs to find all of it in `region`. */
  environment(region: string): Record<string, string>;
}

export interface AccountOptions {
  readonly regions: readonly string[];
  /** What the keys may do; default all. */
  readonly permit?: ReturnType<typeof createPermit>;
  /** Whether the domain has its CNAME record. */
  readonly isResolved?: () => boolean;
}

/** To be called at the top of a file. Gives what opens an account in a test, with the built bundles to deploy. */
export function useAccounts(): (options: AccountOptions) => Promise<Account> {
  let components: string;
  let nodePath: { readonly NODE_PATH: string };
  const opened: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    components = await mkdtemp(path.join(tmpdir(), 'components-'));
    nodePath = await bundleComponents(components);
  });
  afterEach(() => Promise.all(opened.splice(0).map((close) => close())));
  afterAll(() => rm(components, { recursive: true, force: true }));
  return async ({ regions: names, permit = () => undefined, isResolved = () => true }) => {
    const ram = createRamState();
    const storage = await startObjectStorage();
    const tablestore = await createTablestoreStandIn({ instance: 'watch-state', keys: [KEY] });
    const instances = new Map<string, StoredInstance>();
    const openRegion = async (region: string): Promise<Region> => {
      const fc = createFunctionComputeState();
      const logs: LogServiceState = new Map();
      const cloud = await startAlibabaCloud({
        ...stsActions,
        ...ramActions(ram),
        ...tablestoreControlActions({ instances }, () => tablestore.tables.size),
        ...logServiceActions(logs, region, permit),
        ...functionComputeControlActions(fc, {
          region,
          permit,
          checksumOf: (bucket, object) => storage.checksumOf(bucket, object),
          hasRole: (name) => ram.roles.has(name),
          hasLogStore: (project, logstore) => logs.get(`${project}/${logstore}`) === true,
          isResolved,
        }),
        '2016-08-15 tempBucketToken': () => {
          permit('fc:GetTempBucketToken', '*');
          return { body: storage.newToken() };
        },
      });
      return { cloud, fc, logs };
    };
    const regions = new Map<string, Region>();
    for (const name of names) regions.set(name, await openRegion(name));
    const workspace = await createWorkspace();
    await workspace.editSpec('component: fc3-domain', `component: ${path.join(components, 'fc3-domain')}`);
    await workspace.editSpec('component: fc3\n', `component: ${path.join(components, 'fc3')}\n`);
    await cp(path.join(__dirname, '../../dist'), path.join(workspace.folder, 'dist'), { recursive: true });
    const clouds = [...regions.values()].map(({ cloud }) => cloud);
    for (const part of [...clouds, storage, tablestore]) opened.push(() => part.close());
    opened.push(() => workspace.remove());
    return {
      ...{ ram, storage, tablestore, workspace, regions },
      environment: (region) => ({
        ...regions.get(region)?.cloud.environment,
        ...nodePath,
        TABLESTORE_DATA_ENDPOINT: tablestore.url.origin,
        OSS_ENDPOINT: storage.url,
      }),
    };
  };
}
