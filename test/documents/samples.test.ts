/** The samples and numbers in the documents are the ones that the code gives. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { PROMISES } from '../../bench/budgets';
import { webhookDocument } from '../../functions/watch-robot-tasks/text/webhook-document';
import type { RobotTask } from '../../shared/robot-task';
import { bothOf, ROOT } from './document';

const MESSAGES = path.join(ROOT, 'test/functions/watch-robot-tasks/text/__snapshots__/messages.test.ts.snap');

const TASK: RobotTask = {
  id: '1045001',
  taskName: '…',
  robotId: null,
  robotName: null,
  status: 'ARREARS_STOP',
  scheduleType: null,
  createTime: null,
  fireTime: null,
  completeTime: null,
  totalCount: null,
  finishCount: null,
};

test.each(bothOf('docs/alerts.md'))(
  'Every line of the sample messages in $name is one that the watch writes',
  (document) => {
    const written = readFileSync(MESSAGES, 'utf8').split('\n');
    const lines = document.blocks.flatMap(({ text }) => text.split('\n'));
    expect(lines.length).toBeGreaterThan(40);
    // An ellipsis ends what is quoted.
    const isWritten = (line: string) =>
      line.endsWith('…')
        ? written.some((candidate) => candidate.startsWith(line.slice(0, -1)))
        : written.includes(line);
    expect(lines.filter((line) => !isWritten(line))).toEqual([]);
  },
);

test.each(bothOf('docs/channels.md'))(
  'The document that $name shows to a webhook’s receiver is the one that is sent, with less of the task',
  (document) => {
    const shown: unknown = JSON.parse(
      document.blocks.find(({ text }) => text.startsWith('{"type":"robot-tasks.alert"'))?.text ?? '',
    );
    const now = Date.parse('2026-11-22T10:00:00+08:00');
    const sent: unknown = JSON.parse(
      webhookDocument(
        {
          kind: 'alert',
          id: 'alert-1',
          now,
          firing: [{ task: TASK, status: 'ARREARS_STOP', previousStatus: null, since: now, reminders: 0 }],
          repeated: [],
          acknowledged: [],
          resolved: [],
          notices: [],
          watchStatus: 'ok',
          duplicatesPossible: false,
        },
        'incidents',
        { language: 'en', linkTo: null },
      ),
    );
    expect(sent).toMatchObject(shown as Record<string, unknown>);
    const data = v.object({ data: v.record(v.string(), v.unknown()) });
    expect(Object.keys(v.parse(data, shown).data)).toEqual(Object.keys(v.parse(data, sent).data));
  },
);

test.each(bothOf('docs/performance.md'))(
  'The budgets in $name are the ones that the bench checks',
  (document) => {
    const table = document.tables.find((rows) => rows.some((row) => row.includes('×')));
    const told = (table ?? []).slice(1).flatMap((row) => {
      const budget = row.split('|').at(-2) ?? '';
      return (budget.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
    });
    const checked = new Set([...PROMISES.values()].map(({ value }) => value));
    expect([...new Set(told)].toSorted((a, b) => a - b)).toEqual([...checked].toSorted((a, b) => a - b));
  },
);
