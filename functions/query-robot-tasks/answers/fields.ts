/** What several answers have in common. */
import * as v from 'valibot';

export const id = v.pipe(
  v.string(),
  v.regex(/^\d+$/),
  v.description('An int64 as a string, so that no digit is lost.'),
);
export const text = v.nullable(v.string());
export const time = v.nullable(
  v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+08:00$/),
    v.metadata({
      format: 'date-time',
      description: 'Beijing time; null when upstream gave none or gave no time.',
    }),
  ),
);
export const wholeCount = v.pipe(v.number(), v.integer(), v.minValue(0));

export const moment = v.pipe(v.string(), v.metadata({ format: 'date-time', description: 'Beijing time.' }));
export const condition = v.pipe(v.string(), v.description('A watched status, or STALLED.'));
