/**
 * The bucket of Function Compute's own to which code is uploaded before a function takes it: who has a temporary token may
 * put objects under the account's id.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACCOUNT_ID } from './alibaba-cloud';

export interface ObjectStorage {
  readonly url: string;
  /** What the answer to GetTempBucketToken holds. */
  newToken(): unknown;
  checksumOf(bucket: string, object: string): string | null;
  /** How many objects were put. */
  readonly puts: number;
  close(): Promise<void>;
}

const BUCKET = 'serverless-tool-cn-hangzhou';

export async function startObjectStorage(): Promise<ObjectStorage> {
  const tokens = new Set<string>();
  const checksums = new Map<string, string>();
  let puts = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, bucket, account] = (request.url ?? '').split('/');
      const isAllowed =
        request.method === 'PUT' &&
        tokens.has(String(request.headers['x-oss-security-token'])) &&
        bucket === BUCKET &&
        account === ACCOUNT_ID;
      if (isAllowed) {
        puts += 1;
        const checksum = createHash('sha256').update(Buffer.concat(chunks)).digest('hex');
        checksums.set((request.url ?? '').slice(1), checksum);
      }
      response.writeHead(isAllowed ? 200 : 403, { connection: 'close' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    newToken() {
      const SecurityToken = `token-of-the-bucket-${randomUUID()}`;
      tokens.add(SecurityToken);
      return {
        credentials: { AccessKeyId: 'STS.bucket', AccessKeySecret: 'secret-of-the-bucket', SecurityToken },
        ossRegion: 'oss-cn-hangzhou',
        ossBucket: BUCKET,
        objectName: randomUUID(),
      };
    },
    checksumOf: (bucket, object) => checksums.get(`${bucket}/${object}`) ?? null,
    get puts() {
      return puts;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
