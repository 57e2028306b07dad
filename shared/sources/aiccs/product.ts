import { toFlag } from '../openapi/fields';
import { malformed } from '../openapi/errors';
import type { Product } from '../robot-tasks/product';
import { toWire } from './statuses';
import { readDetail, readPage } from './task-data';

/** Cloud Contact Center (aiccs) 2019-10-15: the voice robot's successor. */
export const AICCS: Product = {
  version: '2019-10-15',
  list: {
    action: 'ListTask',
    queryOf: ({ status, taskName }) => ({
      ...(status === undefined ? {} : { Status: toWire(status) }),
      ...(taskName === undefined ? {} : { TaskName: taskName }),
    }),
    read: readPage,
  },
  // No call tells one task's status but the list.
  detail: {
    action: 'ListTask',
    queryOf: (id) => ({ TaskId: id, PageNo: '1', PageSize: '20' }),
    read: readDetail,
  },
  start: {
    action: 'StartTask',
    // UNCONFIRMED which of the two says it: either can refuse, and where neither speaks nobody knows.
    isStarted({ data, success, requestId }) {
      const said = [success, toFlag(data)];
      if (said.includes(false)) return false;
      if (said.includes(true)) return true;
      throw malformed(
        { en: 'it does not say whether the task was started', 'zh-CN': '没有说明任务是否已启动' },
        requestId,
      );
    },
  },
};
