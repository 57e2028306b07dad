import { codingOf } from '../http/encoding';
import type { Route } from '../http/route';

/** `GET /`: the page for people. It shows nothing by itself, and asks the other paths with what its reader signs in with. */
export const pageRoute = {
  path: '/',
  method: 'GET',
  who: 'anyone',
  async answer({ request, services: { readBeside } }) {
    const coding = codingOf(request.headers.get('accept-encoding'), ['gzip']);
    const [html, policy] = await Promise.all([
      readBeside(coding === null ? 'page.html' : 'page.html.gz'),
      readBeside('page.csp'),
    ]);
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.toString(),
    };
    return coding === null
      ? { status: 200, headers, body: html.toString() }
      : { status: 200, headers: { ...headers, 'content-encoding': coding }, body: html };
  },
} as const satisfies Route;
