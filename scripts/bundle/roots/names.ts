/**
 * OpenSSL finds a root certificate in a folder by a hash of its subject, which Node cannot compute: subject-hashes.json holds it for each
 * root that Node has brought, by the SHA-256 fingerprint of the certificate.
 *
 * `node --import tsx scripts/bundle/roots/names.ts` asks the installed openssl about the roots of the Node that runs it, and adds
 * those that are missing. To be run with each Node that may build: a root that is not in the table is still trusted, but is read
 * at every start.
 */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';

const FILE = path.join(__dirname, 'subject-hashes.json');

/** By fingerprint (64 hex digits, lower case): the subject's hash (8 of them). */
export type RootNames = Readonly<Record<string, string>>;

export function readRootNames(): RootNames {
  return JSON.parse(readFileSync(FILE, 'utf8')) as RootNames;
}

/** The SHA-256 of a certificate in PEM, as subject-hashes.json writes it. */
export function fingerprintOf(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
}

/** The name that OpenSSL gives a certificate. Throws where no openssl is installed. */
function askOpenSsl(certificate: string): string {
  const question = ['x509', '-noout', '-subject_hash'];
  return execFileSync('openssl', question, { input: certificate, encoding: 'utf8' }).trim();
}

if (require.main === module) {
  const names = Object.entries({
    ...readRootNames(),
    ...Object.fromEntries(tls.rootCertificates.map((pem) => [fingerprintOf(pem), askOpenSsl(pem)])),
  });
  names.sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(names), null, 2)}\n`);
  console.log(`${names.length} roots are named.`);
}
