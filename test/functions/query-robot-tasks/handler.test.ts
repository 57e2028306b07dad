/** What no event can bring about. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { HttpAnswer } from '../../../functions/query-robot-tasks/http/http-event';
import { expectWholeAnswer, problemOf } from './answers';
import { BUNDLE } from './bundle';
import { httpEvent } from './events';

/** A context that cannot even be read. Prints the answer as the last line. */
const PROGRAM = `
  const context = { get requestId() { throw new TypeError('MARKED'); } };
  require(process.argv[1]).handler(Buffer.from(process.argv[2]), context)
    .then((answer) => console.log(JSON.stringify(answer)));`;

it('a failure before anything is known is a whole answer that shows nothing of the inside, and is logged', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROGRAM, BUNDLE, httpEvent()]);
  const [line = '', answered = ''] = stdout.trimEnd().split('\n');
  const answer = JSON.parse(answered) as HttpAnswer;
  expectWholeAnswer(answer, /^[0-9a-f-]{36}$/);
  const problem = problemOf(answer);
  expect(problem).toMatchObject({ status: 500, type: 'urn:robot-task-watch:problem:internal' });
  expect(answered).not.toMatch(/MARKED|TypeError/);
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    requestId: problem.requestId,
    err: { name: 'TypeError', message: 'MARKED' },
  });
});
