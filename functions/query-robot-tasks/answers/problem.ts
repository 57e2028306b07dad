import * as v from 'valibot';
import { RUNNING_STATUS } from '../../../shared/robot-task';
import { text } from './fields';

const IN_LANGUAGE = 'In the language of Accept-Language: zh or en, en if it names neither.';

/** RFC 9457. */
export const problemSchema = v.pipe(
  v.strictObject({
    type: v.pipe(
      v.string(),
      v.description('urn:robot-task-watch:problem:<name>, for programs to tell apart.'),
    ),
    title: v.pipe(v.string(), v.description(IN_LANGUAGE)),
    status: v.pipe(v.number(), v.integer()),
    detail: v.pipe(
      v.string(),
      v.description(`A sentence for people: what is wrong and what to do. ${IN_LANGUAGE}`),
    ),
    requestId: v.string(),
    errors: v.exactOptional(
      v.pipe(
        v.array(v.strictObject({ name: v.string(), detail: v.string() })),
        v.description('Each bad parameter, or each wrong environment variable, by name.'),
      ),
    ),
    upstream: v.exactOptional(
      v.pipe(
        v.strictObject({ code: text, requestId: text }),
        v.description("Dyvmsapi's error code and request id, for the vendor's support."),
      ),
    ),
    taskStatus: v.exactOptional(
      v.pipe(
        v.string(),
        v.description(
          `Of a start that was refused: the status in which the task was seen afterwards. ${RUNNING_STATUS}: it runs already.`,
        ),
      ),
    ),
  }),
  v.title('Problem'),
);

export type ProblemDocument = v.InferOutput<typeof problemSchema>;
