import { EMPTY_RECORD, type OperatorsRecord } from '../../../shared/operators/record';
import type { Logger } from '../../../shared/runtime/log';
import type { WatchState } from '../../../shared/state/state';
import { isStoreError, type ReadDocument } from '../../../shared/documents/store';
import type { Text } from '../../../shared/text';
import type { OperatorsSeen } from '../rules/decide';

/** Reads the operators' record. */
export type ReadRecord = ReadDocument<OperatorsRecord>;

/**
 * What operators did, by `deadline` (epoch milliseconds). Does not throw. Null where nothing stood before this poll: then
 * nobody can have taken anything; and where these keys may not read the record, and nobody was ever seen to have taken
 * anything: a deployment without operators has none.
 */
export async function readOperators(
  { tasks, told }: Pick<WatchState, 'tasks' | 'told'>,
  read: ReadRecord | null,
  deadline: number,
  log: Logger,
): Promise<OperatorsSeen | null> {
  if (read === null || tasks.length === 0) return null;
  const isKnown = () => [...told.values()].flat().some(({ held }) => held !== undefined);
  try {
    const record = await read(deadline);
    if (record !== null) return { ok: true, record };
    return isKnown() ? { ok: false, reason: MISSING } : { ok: true, record: EMPTY_RECORD };
  } catch (error) {
    if (!isStoreError(error)) {
      log.error({ err: error }, 'the record of the operators cannot be read');
      return { ok: false, reason: UNEXPECTED };
    }
    log.warn({ reason: error.message }, 'the record of the operators cannot be read');
    return error.isDenied && !isKnown() ? null : { ok: false, reason: error.text };
  }
}

const MISSING: Text = {
  en: "The operators' record is missing, although somebody had taken a task.",
  'zh-CN': '操作员记录不见了，而之前有人接手过任务。',
};

const UNEXPECTED: Text = {
  en: "The operators' record cannot be read: see the log of the function.",
  'zh-CN': '操作员记录读取出错，请查看函数的日志。',
};
