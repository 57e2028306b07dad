import type { Product } from '../robot-tasks/product';
import { readDetail, readTasks } from './task-data';

/** Dyvmsapi 2017-05-25: the voice robot of 2019. */
export const DYVMS: Product = {
  version: '2017-05-25',
  list: {
    action: 'QueryRobotTaskList',
    queryOf: ({ status, taskName, createdOn }) => ({
      ...(status === undefined ? {} : { Status: status }),
      ...(taskName === undefined ? {} : { TaskName: taskName }),
      ...(createdOn === undefined ? {} : { Time: createdOn }),
    }),
    read: (envelope) => ({
      tasks: readTasks(envelope),
      total: envelope.total,
      pageSize: envelope.pageSize,
    }),
  },
  detail: { action: 'QueryRobotTaskDetail', queryOf: (id) => ({ Id: id }), read: readDetail },
  start: { action: 'StartRobotTask' },
};
