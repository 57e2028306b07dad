import type { Route } from '../http/route';

/** `GET /`: the page for people. It shows nothing by itself, and asks the other paths with what its reader signs in with. */
export const pageRoute = {
  path: '/',
  method: 'GET',
  who: 'anyone',
  async answer({ services }) {
    const [html, policy] = await Promise.all([
      services.readBeside('page.html'),
      services.readBeside('page.csp'),
    ]);
    return {
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
      body: html,
    };
  },
} as const satisfies Route;
