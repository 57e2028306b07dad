import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  /** PEM, as the next one. */
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LOOPBACK = Buffer.from([127, 0, 0, 1]);

/** Object identifiers, encoded: ecdsa-with-SHA256, commonName, subjectAltName. */
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('551d11', 'hex');

/** A certificate for 127.0.0.1, as createCertificate makes it. */
export function createLoopbackCertificate(now: number): Certificate {
  return createCertificate('127.0.0.1', tag(0x87, LOOPBACK), now);
}

/** One for a host name. */
export function createHostCertificate(host: string, now: number, days = 1): Certificate {
  return createCertificate(host, tag(0x82, Buffer.from(host)), now, days);
}

/**
 * A key and a certificate that it signs itself, valid from a day before `now` (epoch milliseconds) to `days` after it. Node makes
 * keys but no certificates, and a key in the repository would have to be explained to every scanner of secrets.
 */
function createCertificate(host: string, altNames: Buffer, now: number, days = 1): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = sequence(tag(0x06, ECDSA_WITH_SHA256));
  const name = sequence(tag(0x31, sequence(tag(0x06, COMMON_NAME), tag(0x0c, Buffer.from(host)))));
  const validity = sequence(utcTime(now - DAY_MS), utcTime(now + days * DAY_MS));
  const altName = sequence(tag(0x06, SUBJECT_ALT_NAME), tag(0x04, sequence(altNames)));
  const unsigned = sequence(
    tag(0xa0, tag(0x02, Buffer.from([2]))),
    // A serial number is positive.
    tag(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tag(0xa3, sequence(altName)),
  );
  const signature = tag(0x03, Buffer.from([0]), sign('sha256', unsigned, privateKey));
  const der = sequence(unsigned, algorithm, signature);
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

/** One value of DER: its tag, its length, its content. */
function tag(number: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([number, ...head]), body]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return tag(0x30, ...content);
}

/** yyMMddHHmmssZ */
function utcTime(time: number): Buffer {
  const digits = new Date(time).toISOString().replace(/\D/g, '').slice(2, 14);
  return tag(0x17, Buffer.from(`${digits}Z`));
}
