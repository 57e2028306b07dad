/**
 * A computation that never changes, of the kind that the functions do: JSON, maps, texts, hashes. What another version took is kept
 * as a multiple of it, so that it can be compared with on any machine.
 */
import { SAY_AND_EXIT } from './programs';

export const FIXED_COMPUTATION = `
  const { createHash } = require('node:crypto');
  const row = (index) => ({
    id: String(9007199254000000 + index),
    taskName: '会员续费提醒 第 ' + index + ' 批',
    robotName: '小云',
    status: index % 3 === 0 ? 'ARREARS_STOP' : 'SYSTEM_STOP',
    counts: [1000, index % 1000],
  });
  let rows = Array.from({ length: 10000 }, (_, index) => row(index));
  let digest = '';
  for (let round = 0; round < 12; round++) {
    const text = JSON.stringify(rows);
    digest = createHash('sha256').update(text + digest).digest('hex');
    const byId = new Map(JSON.parse(text).map((one) => [one.id, one]));
    rows = [...byId.values()]
      .map((one) => ({ ...one, taskName: one.taskName.replace(/\\d+/, (digits) => String(Number(digits) + 1)) }))
      .sort((one, other) => (one.taskName < other.taskName ? -1 : 1));
  }
  if (digest.length !== 64) throw new Error(digest);
  ${SAY_AND_EXIT}`;

/**
 * What version 0.2.0 took for one poll with 10,000 stopped tasks and no news (scale.ts), as a multiple of FIXED_COMPUTATION.
 *
 * Made so: commit c75bd27 was built with Node v20.20.2, and \`npm run bench -- --only scale --dist <its dist>\` run on a quiet
 * machine of 2 cores (x86-64); these are the "fixed computations" of its two lines.
 */
export const VERSION_0_2_0 = { pollCpu: 1.95, pollMemory: 1.95 };
