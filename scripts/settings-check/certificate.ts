/** Whether the files of the domain's certificate are what they should be. Nothing of what they hold is said. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

/** The names of the files, as the settings give them. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface LookedAt {
  /** What is wrong, as a sentence without its end; null when nothing is. */
  readonly problem: string | null;
  /** Its last moment, epoch milliseconds; null where the certificate cannot be read. */
  readonly endsAt: number | null;
}

/** `files` has the text of each file that can be read, by its name in the settings. `now` is epoch milliseconds. */
export function lookAtCertificate(
  host: string,
  named: CertificateFiles,
  files: ReadonlyMap<string, string>,
  now: number,
): LookedAt {
  const certificate = parse(() => new X509Certificate(files.get(named.certificate) ?? ''));
  const problem = certificateProblem(host, named, files, now);
  return { problem, endsAt: certificate === null ? null : Date.parse(certificate.validTo) };
}

function certificateProblem(
  host: string,
  named: CertificateFiles,
  files: ReadonlyMap<string, string>,
  now: number,
): string | null {
  const texts = { certificate: files.get(named.certificate), privateKey: files.get(named.privateKey) };
  const missing = (['certificate', 'privateKey'] as const).filter((name) => texts[name] === undefined);
  if (missing.length > 0) {
    return `the file under ${missing.join(' and ')} cannot be read: write the name of a PEM file, not its text and no URL`;
  }
  const certificate = parse(() => new X509Certificate(texts.certificate ?? ''));
  if (certificate === null) return 'the file under certificate holds no certificate in PEM form';
  const key = parse((): KeyObject => createPrivateKey(texts.privateKey ?? ''));
  if (key === null) return 'the file under privateKey holds no private key in PEM form without a passphrase';
  if (!certificate.checkPrivateKey(key)) return 'the private key is not that of the certificate';
  if (certificate.checkHost(host) === undefined) return `the certificate is not for ${host}`;
  if (Date.parse(certificate.validTo) <= now) return 'the certificate has expired';
  return null;
}

function parse<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}
