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
  start: { action: 'StartTask' },
};
