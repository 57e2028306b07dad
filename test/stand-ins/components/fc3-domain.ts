/** Stands in for fc3-domain 0.0.29: https://github.com/devsapp/fc3-domain */
import { readFileSync } from 'node:fs';
import { createApi, unless, type Inputs } from './api';

interface Props {
  readonly domainName: string;
  readonly protocol: string;
  readonly certConfig: { certName: string; certificate: string; privateKey: string } | false;
  readonly routeConfig: object;
}

const VERSION = '2023-03-30';
const DOMAINS = `/${VERSION}/custom-domains`;

export default class Component {
  async deploy({ props, args, getCredential }: Inputs<Props>): Promise<void> {
    const { domainName, protocol, certConfig, routeConfig } = props;
    const api = createApi(await getCredential(), VERSION);
    const one = `${DOMAINS}/${domainName}`;
    const remote = await unless('DomainNameNotFound', api('GetCustomDomain', 'GET', one));
    const body = { domainName, protocol, routeConfig, ...certificate(certConfig) };
    // It shows what was changed, the private key, too.
    process.stdout.write(`${JSON.stringify({ remote, body }, null, 2)}\n`);
    if (remote === null) await api('CreateCustomDomain', 'POST', DOMAINS, { body });
    else if (isSure(args)) await api('UpdateCustomDomain', 'PUT', one, { body });
  }

  async remove({ props, args, getCredential }: Inputs<Props>): Promise<void> {
    if (!isSure(args)) return;
    const api = createApi(await getCredential(), VERSION);
    await api('DeleteCustomDomain', 'DELETE', `${DOMAINS}/${props.domainName}`);
  }
}

/** It knows no --assume-yes. */
function isSure(args: readonly string[]): boolean {
  return args.includes('-y') || args.includes('--yes');
}

function certificate(config: Props['certConfig']): object {
  if (config === false) return {};
  const { certName, certificate, privateKey } = config;
  const read = (file: string) => readFileSync(file, 'utf8').trim();
  return { certConfig: { certName, certificate: read(certificate), privateKey: read(privateKey) } };
}
