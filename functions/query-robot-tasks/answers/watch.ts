/** What is answered of the watch, and of who takes what it tells. */
import * as v from 'valibot';
import { SUBJECTS } from '../../../shared/state/state';
import { condition, id, moment, text, wholeCount } from './fields';

const acknowledgedEntries = {
  by: v.pipe(
    v.string(),
    v.description("The operator's name, or operator and 4 digits that tell tokens apart."),
  ),
  at: moment,
  until: v.pipe(
    v.nullable(moment),
    v.description('Quiet until then; null: somebody takes it, for 24 hours at most.'),
  ),
};

export const watchSchema = v.pipe(
  v.strictObject({
    savedAt: moment,
    stopped: v.array(
      v.strictObject({
        id,
        taskName: text,
        status: condition,
        since: moment,
        told: v.pipe(
          v.array(v.strictObject({ channel: v.string(), status: condition, at: moment })),
          v.description('What each channel has surely received last.'),
        ),
        acknowledged: v.pipe(
          v.nullable(v.strictObject(acknowledgedEntries)),
          v.description('Who holds this stop; null: nobody.'),
        ),
      }),
    ),
    failures: v.array(
      v.strictObject({
        subject: v.picklist(SUBJECTS),
        channel: text,
        since: moment,
        polls: wholeCount,
        reason: v.strictObject({ 'zh-CN': v.string(), en: v.string() }),
      }),
    ),
    history: v.pipe(
      v.array(
        v.strictObject({
          id,
          taskName: text,
          status: condition,
          since: moment,
          until: moment,
          became: v.pipe(text, v.description('Null when upstream no longer knows the task.')),
          startedBy: v.pipe(text, v.description('The operator whose start ended it; null where none did.')),
        }),
      ),
      v.description('The stops that ended in the last 7 days, at most 200, newest first.'),
    ),
    channels: v.array(
      v.strictObject({
        id: v.string(),
        type: v.string(),
        after: v.nullable(
          v.pipe(
            v.string(),
            v.description('A second line: told after so long, such as 10m; null = at once.'),
          ),
        ),
        lastNewsAt: v.nullable(
          v.pipe(moment, v.description('When it last took a message with news; null = not yet.')),
        ),
        failingSince: v.nullable(v.pipe(moment, v.description('Null while it works.'))),
      }),
    ),
    running: v.pipe(
      v.array(
        v.strictObject({
          id,
          callsPerHour: v.pipe(v.number(), v.integer(), v.minValue(1)),
          doneAt: v.nullable(
            v.pipe(moment, v.description('At this pace; null when no call is left, or nobody can say.')),
          ),
        }),
      ),
      v.description(
        'The running tasks whose pace is known, from 10 minutes and 10 calls on. Empty where ALERT_STALLED is off.',
      ),
    ),
  }),
  v.title('Watch'),
);

export const acknowledgementSchema = v.pipe(
  v.strictObject({ id, ...acknowledgedEntries }),
  v.title('Acknowledgement'),
);

export const acknowledgementsSchema = v.pipe(
  v.strictObject({
    acknowledged: v.array(acknowledgementSchema),
    refused: v.array(
      v.strictObject({ id, reason: v.pipe(v.string(), v.description('A sentence for people.')) }),
    ),
  }),
  v.title('Acknowledgements'),
);
