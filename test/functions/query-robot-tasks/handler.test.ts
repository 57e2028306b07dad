/** The built bundle's handler, in this process: what no event can bring about. */
import { createRequire } from 'node:module';
import type { HttpAnswer } from '../../../functions/query-robot-tasks/http-event';
import { expectWholeAnswer, problemOf } from './answers';
import { BUNDLE } from './bundle';
import { httpEvent } from './events';

const { handler } = createRequire(__filename)(BUNDLE) as {
  handler: (event: unknown, context: unknown) => Promise<HttpAnswer>;
};

it('gives a whole answer even when reading the context fails, and shows nothing of the inside', async () => {
  const context = {
    get requestId(): string {
      throw new TypeError('MARKED');
    },
  };
  const answer = await handler(Buffer.from(httpEvent()), context);
  expectWholeAnswer(answer, /^[0-9a-f-]{36}$/);
  expect(problemOf(answer)).toMatchObject({ status: 500, type: 'urn:robot-task-watch:problem:internal' });
  expect(JSON.stringify(answer)).not.toMatch(/MARKED|TypeError/);
});
