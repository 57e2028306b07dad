import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createLoopbackCertificate } from '../../bench/certificate';

it('is signed by its own key, for 127.0.0.1, and valid now', () => {
  const now = Date.parse('2026-03-02T10:15:30Z');
  const { key, cert } = createLoopbackCertificate(now);
  const certificate = new X509Certificate(cert);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(Date.parse(certificate.validFrom)).toBe(now - 86_400_000);
  expect(Date.parse(certificate.validTo)).toBe(now + 86_400_000);
});
