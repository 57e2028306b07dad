import { EMPTY_RECORD, type OperatorsRecord } from '../../../shared/operators/record';
import type { Clock } from '../../../shared/runtime/clock';
import type { Logger } from '../../../shared/runtime/log';
import { isStoreError, type DocumentStore } from '../../../shared/documents/store';
import { ProblemError } from '../http/problem';

export interface RecordKeeping {
  readonly store: DocumentStore<OperatorsRecord>;
  readonly sleep: Clock['sleep'];
  readonly log: Logger;
}

const MOST_RACES = 3;
const LONGEST_PAUSE_MS = 200;
const RETRY_AFTER_SECONDS = 2;

/**
 * One read, and one write where `change` makes another record of it. Whoever saved in between is read again, so that no act
 * is lost. Resolves to the record as it is then. Rejects with a ProblemError: 502 where it is out of reach, 503 after three
 * lost races.
 */
export async function changeRecord(
  { store, sleep, log }: RecordKeeping,
  change: (record: OperatorsRecord) => OperatorsRecord | Promise<OperatorsRecord>,
  deadline: number,
): Promise<OperatorsRecord> {
  for (let races = 1; ; races += 1) {
    try {
      const { content, version, keptAside } = await store.load(deadline);
      if (keptAside !== null) log.error({ reason: keptAside }, 'the record of the operators was kept aside');
      const record = content ?? EMPTY_RECORD;
      const next = await change(record);
      if (next !== record) await store.save(next, version, deadline);
      return next;
    } catch (error) {
      if (!isStoreError(error)) throw error;
      if (error.kind !== 'conflict')
        throw new ProblemError('record-unavailable', error.text, { cause: error });
      if (races === MOST_RACES) throw new ProblemError('record-busy', BUSY, BUSY_OPTIONS);
    }
    await sleep(Math.random() * LONGEST_PAUSE_MS);
  }
}

const BUSY = {
  en: 'Others changed the record at the same time: nothing was changed. Try again.',
  'zh-CN': '其他人同时修改了记录，这次没有任何改动，请重试。',
};
const BUSY_OPTIONS = { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } };
