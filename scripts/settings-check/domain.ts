/** The domain of one's own at which the page is shown, as the settings describe it. s.domain.yaml deploys it. Pure. */
import * as v from 'valibot';
import type { Environment } from '../../shared/runtime/environment';
import { beijingDate } from '../../shared/beijing-time';
import { lookAtCertificate, type CertificateFiles, type LookedAt } from './certificate';

const NAME = 'QUERY_DOMAIN';
const PROTOCOL = 'QUERY_DOMAIN_PROTOCOL';
const CERTIFICATE = 'QUERY_DOMAIN_CERTIFICATE';
export const DOMAIN_VARIABLES: readonly string[] = [NAME, PROTOCOL, CERTIFICATE];

export interface Domain {
  readonly name: string;
  /** Where a browser opens the page. */
  readonly url: string;
  readonly hasTls: boolean;
  /** Whether it also answers without encryption. */
  readonly hasPlain: boolean;
  /** The names of the files with its certificate and the key of that; null where the cloud keeps them, or none is needed. */
  readonly files: CertificateFiles | null;
}

export interface ReadDomain {
  /** Null when none is set, and when anything is wrong. */
  readonly domain: Domain | null;
  /** Each begins with the variable that is wrong. */
  readonly problems: readonly string[];
}

const PROTOCOLS = ['HTTPS', 'HTTP', 'HTTP,HTTPS'];
const filled = v.pipe(v.string(), v.nonEmpty());
const certificateSchema = v.union([
  v.strictObject({ certId: v.pipe(v.number(), v.integer()) }),
  v.strictObject({ certName: filled, certificate: filled, privateKey: filled }),
]);
type Certificate = v.InferOutput<typeof certificateSchema>;

/** Reads DOMAIN_VARIABLES. An empty one counts as unset. */
export function readDomain(env: Environment): ReadDomain {
  const valueOf = (variable: string) => env[variable]?.trim() ?? '';
  const name = valueOf(NAME);
  if (name === '') {
    const unused = [PROTOCOL, CERTIFICATE].filter((variable) => valueOf(variable) !== '');
    return { domain: null, problems: unused.map((variable) => `${variable} is of no use without ${NAME}`) };
  }
  const protocol = valueOf(PROTOCOL) === '' ? 'HTTPS' : valueOf(PROTOCOL);
  const hasTls = protocol !== 'HTTP';
  const certificate = parseCertificate(valueOf(CERTIFICATE));
  const problems = [
    // What is deployed is what stands there.
    ...[NAME, PROTOCOL]
      .filter((variable) => (env[variable] ?? '') !== valueOf(variable))
      .map((variable) => `${variable} has blanks or line breaks around it: leave them out`),
    ...nameProblems(name),
    ...(PROTOCOLS.includes(protocol) ? [] : [`${PROTOCOL} must be HTTPS, HTTP or HTTP,HTTPS`]),
    ...certificateProblems(certificate, hasTls),
  ];
  if (problems.length > 0 || certificate === 'malformed') return { domain: null, problems };
  const files = certificate !== null && 'certName' in certificate ? certificate : null;
  const url = `${hasTls ? 'https' : 'http'}://${name}`;
  return { domain: { name, url, hasTls, hasPlain: protocol !== 'HTTPS', files }, problems };
}

export interface Wanted {
  /** The text of each file that the settings name and that can be read, by its name there. */
  readonly files: ReadonlyMap<string, string>;
  /** Whether the domain is to be deployed now: else what its certificate lacks is no more than a note. */
  readonly needsDomain: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

export function domainProblems(variables: Environment, wanted: Wanted): readonly string[] {
  const { domain, problems } = readDomain(variables);
  if (problems.length > 0 || !wanted.needsDomain) return problems;
  if (domain === null) return [`${NAME} is needed for --domain: a name below a domain of your own`];
  const problem = lookAtFiles(domain, wanted)?.problem ?? null;
  return problem === null ? [] : [`${CERTIFICATE}: ${problem}`];
}

/** `queryUrl` is what alerts link to; empty when unset. */
export function domainNotes(variables: Environment, queryUrl: string, wanted: Wanted): string[] {
  const { domain } = readDomain(variables);
  if (domain === null) return [];
  const looked = lookAtFiles(domain, wanted);
  const problem = looked?.problem ?? null;
  return [
    ...(problem === null || wanted.needsDomain
      ? []
      : [`${CERTIFICATE}: ${problem}. Only \`npm run deploy -- --domain\` needs it.`]),
    ...(problem === null && looked !== null && looked.endsAt !== null
      ? certificateEndNotes(`${CERTIFICATE}: the certificate`, looked.endsAt, wanted.now)
      : []),
    ...(domain.hasPlain ? [PLAIN] : []),
    ...(domain.hasTls && originOf(queryUrl) !== domain.url
      ? [`QUERY_URL is not ${domain.url}, so alerts do not link to the page there.`]
      : []),
  ];
}

const PLAIN = `${PROTOCOL} lets the page be opened without encryption: the network sees the tokens of whoever does.`;

/** When the certificate in the files ends, epoch milliseconds; null where the settings name none that can be read. */
export function certificateEnd(variables: Environment, wanted: Wanted): number | null {
  const { domain } = readDomain(variables);
  return domain === null ? null : (lookAtFiles(domain, wanted)?.endsAt ?? null);
}

/** Null where the settings name no files. */
function lookAtFiles({ name, files: named }: Domain, { files, now }: Wanted): LookedAt | null {
  return named === null ? null : lookAtCertificate(name, named, files, now);
}

const DAY_MS = 24 * 60 * 60_000;
/** What is deployed is a copy that nobody renews. */
const TOLD_BEFORE_MS = 30 * DAY_MS;

/** What to say of a certificate that ends then, epoch milliseconds both: nothing as long as there is time. */
export function certificateEndNotes(what: string, endsAt: number, now: number): string[] {
  if (endsAt - now > TOLD_BEFORE_MS) return [];
  const days = Math.floor((endsAt - now) / DAY_MS);
  const left = days === 0 ? 'in less than a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
  return [
    `${what} ${endsAt <= now ? 'has ended' : `ends ${left}`}, on ${beijingDate(endsAt)}. Nobody renews the copy at the domain: get a new one, put it into the same files, and run \`npm run deploy -- --domain\`.`,
  ];
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}

/** The name of the domain, whatever else is wrong with its settings; null when there is none, or it can be none. */
export function domainName(env: Environment): string | null {
  const name = env[NAME]?.trim() ?? '';
  return HOST_NAME.test(name) ? name : null;
}

/** The last part may be one of letters of another script, such as xn--fiqs8s. */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])$/;

function nameProblems(name: string): string[] {
  if (!HOST_NAME.test(name))
    return [`${NAME} must be a host name in small letters, such as robots.example.com`];
  if (!/\.(?:fcapp\.run|aliyuncs\.com)$/.test(name)) return [];
  return [`${NAME} must be a domain of your own: on this one every browser downloads the page`];
}

/** Null when there is none. */
function parseCertificate(value: string): Certificate | 'malformed' | null {
  if (value === '') return null;
  try {
    const parsed = v.safeParse(certificateSchema, JSON.parse(value));
    return parsed.success ? parsed.output : 'malformed';
  } catch {
    return 'malformed';
  }
}

function certificateProblems(certificate: Certificate | 'malformed' | null, hasTls: boolean): string[] {
  if (certificate === 'malformed') {
    return [
      `${CERTIFICATE} must be JSON, either {"certName":…,"certificate":<file>,"privateKey":<file>} or {"certId":<number>}`,
    ];
  }
  if (certificate === null && hasTls) {
    return [
      `${CERTIFICATE} is needed for HTTPS. ${PROTOCOL}=HTTP needs none, but then the network sees the tokens`,
    ];
  }
  if (certificate !== null && !hasTls) return [`${CERTIFICATE} is of no use with ${PROTOCOL}=HTTP`];
  return [];
}
