import { readOperators, type ReadRecord } from '../../../../functions/watch-robot-tasks/poll/operators';
import { EMPTY_RECORD } from '../../../../shared/operators/record';
import { createLogger } from '../../../../shared/runtime/log';
import { EMPTY_STATE, taskSubject, type WatchState } from '../../../../shared/state/state';
import { StoreError } from '../../../../shared/documents/store';
import { stateOf, TOLD } from '../../../shared/state/sample-state';

const log = createLogger('silent', () => []);
const STANDS: WatchState = stateOf('1');
/** Somebody was seen to hold it. */
const TAKEN: WatchState = {
  ...STANDS,
  told: new Map([[taskSubject('1'), [{ ...TOLD, held: { by: '张三', at: 1, until: null } }]]]),
};
const REASON = { en: 'It is out of reach.', 'zh-CN': '无法访问。' };

const gives = (record: typeof EMPTY_RECORD | null): ReadRecord => {
  return () => Promise.resolve(record);
};
const fails = (isDenied: boolean): ReadRecord => {
  return () => Promise.reject(new StoreError('unreachable', REASON, { isDenied }));
};

test.each([
  { name: 'nothing stands', state: EMPTY_STATE, read: gives(EMPTY_RECORD), seen: null },
  { name: 'no state is shared', state: STANDS, read: null, seen: null },
  { name: 'it is there', state: STANDS, read: gives(EMPTY_RECORD), seen: { ok: true } },
  { name: 'nobody has written it yet', state: STANDS, read: gives(null), seen: { ok: true } },
  {
    name: 'it is gone',
    state: TAKEN,
    read: gives(null),
    seen: {
      ok: false,
      reason: { en: "The operators' record is missing, although somebody had taken a task." },
    },
  },
  { name: 'it is out of reach', state: STANDS, read: fails(false), seen: { ok: false, reason: REASON } },
  { name: 'a deployment without operators has no right to it', state: STANDS, read: fails(true), seen: null },
  { name: 'the right to it was lost', state: TAKEN, read: fails(true), seen: { ok: false, reason: REASON } },
  {
    name: 'its store fails as it should not',
    state: STANDS,
    read: () => Promise.reject(new Error('secret')),
    seen: { ok: false, reason: { en: "The operators' record cannot be read: see the log of the function." } },
  },
])('what operators did, where $name', async ({ state, read, seen }) => {
  const known = await readOperators(state, read, 1000, log);
  if (seen === null) expect(known).toBeNull();
  else expect(known).toMatchObject(seen);
});
