/**
 * Stands in for fc3 0.1.22: makes its calls in its order, as its source does (https://github.com/devsapp/fc3), and like it
 * prints all that it is given, also what is secret.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import FC2 from '@alicloud/fc2';
import { createApi, unless, type Api, type Credential, type Inputs } from './api';

interface Props {
  readonly region: string;
  readonly functionName: string;
  readonly code: string;
  readonly role: string;
  readonly triggers?: readonly Trigger[];
  readonly asyncInvokeConfig?: object;
  readonly concurrencyConfig?: object;
}

interface Trigger {
  readonly triggerName: string;
  readonly triggerType: string;
  readonly triggerConfig: object;
}

const VERSION = '2023-03-30';
const FUNCTIONS = `/${VERSION}/functions`;

export default class Component {
  async deploy({ props, getCredential }: Inputs<Props>): Promise<object> {
    process.stdout.write(`${JSON.stringify(props)}\n`);
    const credential = await getCredential();
    const api = createApi(credential, VERSION);
    await deployFunction(api, props, credential);
    const at = `${FUNCTIONS}/${props.functionName}`;
    for (const trigger of props.triggers ?? []) await deployTrigger(api, at, trigger);

    const asynchronous = `${at}/async-invoke-config`;
    const query = { qualifier: 'LATEST' };
    await unless('NotExists', api('GetAsyncInvokeConfig', 'GET', asynchronous, { query }));
    if (props.asyncInvokeConfig !== undefined) {
      await api('PutAsyncInvokeConfig', 'PUT', asynchronous, { query, body: props.asyncInvokeConfig });
    }
    await api('ListVpcBindings', 'GET', `${at}/vpc-bindings`);
    // A minimum of instances that s.yaml does not have is taken away.
    const scaling = await optional(api('GetScalingConfig', 'GET', `${at}/scaling-config`, { query }));
    if (scaling !== null) await api('DeleteScalingConfig', 'DELETE', `${at}/scaling-config`, { query });
    const reserved = await unless('NotExists', api('GetConcurrencyConfig', 'GET', `${at}/concurrency`));
    if (props.concurrencyConfig !== undefined) {
      await api('PutConcurrencyConfig', 'PUT', `${at}/concurrency`, { body: props.concurrencyConfig });
    } else if (reserved !== null) {
      await api('DeleteConcurrencyConfig', 'DELETE', `${at}/concurrency`);
    }
    return {};
  }

  /** Like fc3, it ends well also when it could not remove a thing. */
  async remove({ props: { functionName }, args, getCredential }: Inputs<Props>): Promise<void> {
    if (!args.includes('--assume-yes')) return;
    const api = createApi(await getCredential(), VERSION);
    const at = `${FUNCTIONS}/${functionName}`;
    const query = { functionName };
    try {
      await api('GetFunction', 'GET', at);
      await api('ListVpcBindings', 'GET', `${at}/vpc-bindings`);
      await optional(api('ListScalingConfigs', 'GET', `/${VERSION}/scaling-configs`, { query }));
      const reserved = await unless('NotExists', api('GetConcurrencyConfig', 'GET', `${at}/concurrency`));
      await api('ListAliases', 'GET', `${at}/aliases`);
      await api('ListFunctionVersions', 'GET', `${at}/versions`);
      const { triggers } = await api<{ triggers: Trigger[] }>('ListTriggers', 'GET', `${at}/triggers`);
      const all = `/${VERSION}/async-invoke-configs`;
      const { configs } = await api<{ configs: object[] }>('ListAsyncInvokeConfigs', 'GET', all, { query });
      if (configs.length > 0) await api('DeleteAsyncInvokeConfig', 'DELETE', `${at}/async-invoke-config`);
      for (const { triggerName } of triggers) {
        await api('DeleteTrigger', 'DELETE', `${at}/triggers/${triggerName}`);
      }
      if (reserved !== null) await api('DeleteConcurrencyConfig', 'DELETE', `${at}/concurrency`);
      await api('DeleteFunction', 'DELETE', at);
    } catch (error) {
      process.stderr.write(`remove error: ${(error as Error).message}\n`);
    }
  }
}

/** Where it is refused, fc3 goes on. */
function optional(call: Promise<unknown>): Promise<unknown> {
  return call.catch(() => null);
}

async function deployFunction(api: Api, props: Props, credential: Credential): Promise<void> {
  const { triggers, asyncInvokeConfig, concurrencyConfig, region, code, ...config } = props;
  const at = `${FUNCTIONS}/${config.functionName}`;
  const remote = await unless('NotFound', api<{ codeChecksum: string }>('GetFunction', 'GET', at));
  const logConfig = await makeLogStore(credential, region);
  const uploaded = await upload(credential, region, code, remote?.codeChecksum);
  const body = {
    ...config,
    role: `acs:ram::${credential.AccountID}:role/${config.role.toLowerCase()}`,
    logConfig,
    ...(uploaded === null ? {} : { code: uploaded }),
  };
  if ((await unless('NotFound', api('GetFunction', 'GET', at))) === null) {
    await api('CreateFunction', 'POST', FUNCTIONS, { body });
  } else {
    await api('UpdateFunction', 'PUT', at, { body });
  }
}

async function deployTrigger(api: Api, at: string, trigger: Trigger): Promise<void> {
  const one = `${at}/triggers/${trigger.triggerName}`;
  const body = { ...trigger, triggerConfig: JSON.stringify(trigger.triggerConfig) };
  const found = await unless('NotFound', api('GetTrigger', 'GET', one));
  if (found === null) await api('CreateTrigger', 'POST', `${at}/triggers`, { body });
  else await api('UpdateTrigger', 'PUT', one, { body });
}

/** `logConfig: auto`: one project for the account and region, which other functions use, too. */
async function makeLogStore(credential: Credential, region: string): Promise<object> {
  const api = createApi(credential, '2020-12-30');
  const project = `serverless-${region}-${createHash('md5').update(credential.AccountID).digest('hex')}`;
  const logstore = 'default-logs';
  const made = [
    ['Project', `/${project}`],
    ['LogStore', `/${project}/${logstore}`],
    ['Index', `/${project}/${logstore}`],
  ] as const;
  for (const [kind, at] of made) {
    if ((await unless('NotExist', api(`Get${kind}`, 'GET', at))) === null)
      await api(`Create${kind}`, 'POST', at);
  }
  return { project, logstore, enableRequestMetrics: true, enableInstanceMetrics: true };
}

/** Where the code was put; null when the function runs it already. */
async function upload(
  { AccountID, AccessKeyID, AccessKeySecret }: Credential,
  region: string,
  folder: string,
  checksum: string | undefined,
): Promise<object | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const archive = JSON.stringify(files.map((file, index) => [path.relative(folder, file), texts[index]]));
  if (createHash('sha256').update(archive).digest('hex') === checksum) return null;
  const client = new FC2(AccountID, {
    accessKeyID: AccessKeyID,
    accessKeySecret: AccessKeySecret,
    region,
    endpoint: process.env['FC_ENDPOINT'] ?? '',
  });
  const { data } = await client.getTempBucketToken();
  const object = `${AccountID}/${data.objectName}`;
  const answer = await fetch(`${process.env['OSS_ENDPOINT'] ?? ''}/${data.ossBucket}/${object}`, {
    method: 'PUT',
    headers: { 'x-oss-security-token': data.credentials.SecurityToken },
    body: archive,
  });
  if (!answer.ok) throw new Error(`the upload was refused: ${answer.status}`);
  return { ossBucketName: data.ossBucket, ossObjectName: object };
}
