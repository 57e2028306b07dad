/**
 * What the endpoint answers, as valibot schemas by the name that the OpenAPI document gives them: it is made of them, and the
 * tests hold real answers against it. The functions never validate their own answers, and a start loads none of this.
 */
import * as v from 'valibot';
import { problemSchema } from './problem';
import {
  pickedTaskListSchema,
  pickedTaskSchema,
  startSchema,
  summarySchema,
  taskDetailSchema,
  taskListSchema,
  taskSchema,
} from './tasks';
import { acknowledgementSchema, acknowledgementsSchema, watchSchema } from './watch';

const healthSchema = v.pipe(v.strictObject({ status: v.literal('ok') }), v.title('Health'));

export const SCHEMAS = {
  Task: taskSchema,
  PickedTask: pickedTaskSchema,
  TaskList: taskListSchema,
  PickedTaskList: pickedTaskListSchema,
  TaskDetail: taskDetailSchema,
  Summary: summarySchema,
  Watch: watchSchema,
  Start: startSchema,
  Acknowledgement: acknowledgementSchema,
  Acknowledgements: acknowledgementsSchema,
  Health: healthSchema,
  Problem: problemSchema,
} satisfies Record<string, v.GenericSchema>;
