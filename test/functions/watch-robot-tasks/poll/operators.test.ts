import { readOperators, type OpenRecord } from '../../../../functions/watch-robot-tasks/poll/operators';
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

const gives = (record: typeof EMPTY_RECORD | null): OpenRecord => {
  return () => Promise.resolve(() => Promise.resolve(record));
};
const fails = (isDenied: boolean): OpenRecord => {
  return () => Promise.resolve(() => Promise.reject(new StoreError('unreachable', REASON, { isDenied })));
};

test.each([
  { name: 'nothing stands', state: EMPTY_STATE, open: gives(EMPTY_RECORD), seen: null },
  { name: 'no state is shared', state: STANDS, open: null, seen: null },
  { name: 'it is there', state: STANDS, open: gives(EMPTY_RECORD), seen: { ok: true } },
  { name: 'nobody has written it yet', state: STANDS, open: gives(null), seen: { ok: true } },
  {
    name: 'it is gone',
    state: TAKEN,
    open: gives(null),
    seen: {
      ok: false,
      reason: { en: "The operators' record is missing, although somebody had taken a task." },
    },
  },
  { name: 'it is out of reach', state: STANDS, open: fails(false), seen: { ok: false, reason: REASON } },
  { name: 'a deployment without operators has no right to it', state: STANDS, open: fails(true), seen: null },
  { name: 'the right to it was lost', state: TAKEN, open: fails(true), seen: { ok: false, reason: REASON } },
  {
    name: 'its code cannot be loaded',
    state: STANDS,
    open: () => Promise.reject(new Error('secret')),
    seen: { ok: false, reason: { en: "The operators' record cannot be read: see the log of the function." } },
  },
])('what operators did, where $name', async ({ state, open, seen }) => {
  const read = await readOperators(state, open, 1000, log);
  if (seen === null) expect(read).toBeNull();
  else expect(read).toMatchObject(seen);
});
