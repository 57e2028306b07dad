/** A state document of the right shape with the wrong content: the poll goes on, tells and saves. */
import fc from 'fast-check';
import { decodeState, encodeState } from '../../shared/state/document';
import { states } from '../shared/state/arbitrary-states';
import { createFakeChannel, createTestWatch } from '../stand-ins/watch';

const status = fc.constantFrom('ARREARS_STOP', 'SYSTEM_STOP', 'EXCUTING', '__proto__', '\u0000', '\ud800');

test('any state is polled from, once and again, and what is saved is a whole document', async () => {
  await fc.assert(
    fc.asyncProperty(states, fc.array(status, { maxLength: 3 }), async (state, statuses) => {
      const watch = createTestWatch({ channels: [createFakeChannel('ops'), createFakeChannel('dev')] });
      // A state that another deployment owns is left as it is: owner.test.ts.
      const owner = state.owner === null ? null : { ...state.owner, deployment: 'account/region/watch' };
      await watch.store.save({ ...state, owner }, null, Infinity);
      statuses.forEach((known, index) => {
        // Under ids that the state may have as well.
        watch.robotTasks.set(state.tasks[index]?.task.id ?? String(index), known);
      });
      for (let polls = 0; polls < 4; polls += 1) {
        const { state: outcome, problems } = await watch.poll();
        expect(problems).toEqual([]);
        expect(['saved', 'unchanged']).toContain(outcome);
        watch.wait(60_000);
      }
      const { content: saved } = await watch.store.load(Infinity);
      expect(saved === null ? 'ok' : decodeState(Buffer.from(encodeState(saved, 'id'))).kind).toBe('ok');
      // Nobody believes anything any more of tasks that upstream does not know.
      expect(saved?.tasks.filter(({ task }) => watch.robotTasks.status(task.id) === null) ?? []).toEqual([]);
    }),
    { numRuns: 60 },
  );
  expect(({} as Record<string, unknown>)['channel']).toBeUndefined();
});
