import type { Colleague } from './scenario';

/** Does what an operator does on the page at `url`. What is refused, or comes too late, is left as it is: it is only a story. */
export function createColleague(url: string, token: string): Colleague {
  async function post(path: string, body: string | null): Promise<void> {
    try {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
      await response.arrayBuffer();
    } catch {
      // The demonstration is being ended.
    }
  }
  return {
    take: (id) => post(`/tasks/${id}/acknowledge`, '{"until":null}'),
    start: (id) => post(`/tasks/${id}/start`, null),
  };
}
