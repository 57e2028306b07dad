import { readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(__dirname, '../../fixtures/events');

/** The text of test/fixtures/events/<name>.json. */
export function fixture(name: string): string {
  return readFileSync(path.join(FOLDER, `${name}.json`), 'utf8');
}

/** What a test changes in the captured GET. The Authorization header is that of the capture unless told otherwise. */
export interface EventChanges {
  readonly method?: string;
  readonly rawPath?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

interface Captured {
  readonly requestContext: { readonly http: object };
}

export const TOKEN = 'dashboard-token-of-the-tests';

/** The text of an HTTP trigger's event. */
export function httpEvent(changes: EventChanges = {}): string {
  const captured = JSON.parse(fixture('http-get')) as Captured;
  const {
    method = 'GET',
    rawPath = '/tasks',
    query = {},
    headers = { Authorization: `Bearer ${TOKEN}` },
    body,
  } = changes;
  return JSON.stringify({
    ...captured,
    rawPath,
    headers,
    queryParameters: query,
    ...(body === undefined ? {} : { body, isBase64Encoded: false }),
    requestContext: {
      ...captured.requestContext,
      http: { ...captured.requestContext.http, method, path: decodeURI(rawPath) },
    },
  });
}
