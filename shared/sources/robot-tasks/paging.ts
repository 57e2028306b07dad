import type { RobotTask, RobotTaskPage } from '../../robot-task';
import { RobotTaskError } from '../../robot-task-error';
import { malformed } from '../openapi/errors';

/** Reads one page, counted from 1. */
export type ReadPage = (page: number) => Promise<RobotTaskPage>;

const MAX_PASSES = 5;
const PASSES_ALIKE = 3;
const MAX_PAGES_AT_ONCE = 8;

/**
 * A counted list of more pages is accepted unconfirmed: 10,000 tasks are 100 calls, and one pass over them takes more
 * than a second at the pace that the quota allows.
 */
const MAX_PAGES_TO_CONFIRM = 50;

/**
 * Reads a list whole, page by page, while it moves. Tasks come and go between two page reads, which shifts others over
 * the border of two pages: one is then read twice or not at all. Upstream may also use smaller pages than asked for,
 * leave its total out, and repeat the last page past the end. The result has every task that is in the list from the
 * first call to the last, once, in upstream's order; what cannot be had so is an error: 'moving', 'malformed' (its total
 * is higher than what its pages hold) or 'too-many' (over `maxTasks`).
 *
 * One pass reads each page once, several at a time. It is accepted
 *
 * - when its first page holds as many rows as upstream counts: that was read in one moment;
 * - when it is counted, and the pass after it has all its tasks too (that later one is the result). Counted: every page
 *   told the same total, and so many different tasks were read. Had one been missed, it was in the list nevertheless,
 *   so one of those that were read must have left before the last page was read: the next pass would not have it. (Long
 *   lists go unconfirmed: there, a task that leaves while another comes, so that the total stays, can hide a third.)
 * - when it is counted, and has exactly the tasks that an earlier reading had (`last`). Had one been missed, then so many
 *   different tasks were read that one of them was not in the list at the first call: it came while the list was read. But
 *   the earlier reading had it, so it had left since, to return at this very moment. What is new comes with a new task.
 * - when three passes in a row read the same. All that the middle one read then stood in the list all the while: the
 *   pass before had it, and the pass after. A task is missed when it stands behind the border of two pages while the
 *   page before the border is read, and before that border while the page behind it is read. But behind the border
 *   means: behind all the tasks that the pass read up to there, which fill those pages and never left. This takes full
 *   pages, no task twice, and an end that is one; where the source is not so, all five passes have to read the same.
 *
 * What could still deceive this: a task that leaves and returns in between, and the same coincidence in five passes.
 */
export async function readWholeList(
  readPage: ReadPage,
  maxTasks: number,
  readsToLimit = false,
  last?: ReadonlySet<string>,
): Promise<readonly RobotTask[]> {
  let previous: Pass | null = null;
  let alike = 0;
  for (let attempt = 1; attempt <= MAX_PASSES; attempt++) {
    const pass: Pass = await readPass(readPage, maxTasks, readsToLimit, previous?.pagesToExpect ?? 1);
    const tasks = [...pass.tasks.values()];
    if (pass.inOneMoment) return tasks;
    if (pass.isCounted && pass.lastPage > MAX_PAGES_TO_CONFIRM) return tasks;
    if (pass.isCounted && last?.size === tasks.length && hasAllOf(pass, last)) return tasks;
    if (previous?.isCounted && hasAllOf(pass, previous.tasks.keys())) return tasks;
    alike = previous !== null && readsLike(pass, previous) ? alike + 1 : 1;
    if (alike >= (previous?.isTidy ? PASSES_ALIKE : MAX_PASSES)) {
      if (pass.total === null || pass.total <= tasks.length) return tasks;
      throw malformed({
        en: 'it counts more tasks than its pages hold',
        'zh-CN': '任务总数多于各页实际所含',
      });
    }
    previous = pass;
  }
  throw new RobotTaskError('moving', {
    en: `The list of tasks changed in each of ${MAX_PASSES} attempts to read it whole: try again in a moment.`,
    'zh-CN': `任务列表一直在变，${MAX_PASSES} 次都没能完整读出，请稍后再试。`,
  });
}

/** What the pages read so far add up to. */
interface Pass {
  readonly tasks: ReadonlyMap<string, RobotTask>;
  /** The ids on the pages, one after the other. A page without a new one is past the end, and left out. */
  readonly rows: readonly string[];
  /** The last page with a new task; 0 when there is none. */
  readonly lastPage: number;
  /** What every page told as the total; null when one told none or another. */
  readonly total: number | null;
  readonly isCounted: boolean;
  /** Full pages, no task twice, and an end that shows: a page that is not full, or an empty one behind it. */
  readonly isTidy: boolean;
  readonly inOneMoment: boolean;
  /** How many pages to read at once in the next pass: without a total, the end has to be seen again. */
  readonly pagesToExpect: number;
}

async function readPass(
  readPage: ReadPage,
  maxTasks: number,
  readsToLimit: boolean,
  pagesToExpect: number,
): Promise<Pass> {
  const pages: RobotTaskPage[] = [];
  let upTo = pagesToExpect;
  for (;;) {
    pages.push(...(await readPages(readPage, pages.length + 1, upTo)));
    const pass = addUp(pages);
    if (pass.tasks.size > maxTasks || pages.some(({ total }) => total !== null && total > maxTasks)) {
      const size = pages[0]?.tasks.length ?? 0;
      if (readsToLimit && size > 0) await readPages(readPage, pages.length + 1, Math.ceil(maxTasks / size));
      throw new RobotTaskError('too-many', {
        en: `More than ${maxTasks} tasks match: narrow the query.`,
        'zh-CN': `符合条件的任务超过 ${maxTasks} 个，请缩小查询范围。`,
      });
    }
    if (pass.inOneMoment || pass.isCounted) return pass;
    const counted = countPages(pages[0]);
    if (counted > pages.length) upTo = counted;
    else if (pass.lastPage < pages.length) return pass;
    else upTo = pages.length + Math.min(pages.length, MAX_PAGES_AT_ONCE);
  }
}

function addUp(pagesRead: readonly RobotTaskPage[]): Pass {
  const pageSize = pagesRead[0]?.tasks.length ?? 0;
  const inOneMoment = (pagesRead[0]?.total ?? 0) === pageSize;
  const pages = inOneMoment ? pagesRead.slice(0, 1) : pagesRead;
  const tasks = new Map<string, RobotTask>();
  const rows: string[] = [];
  const totals = new Set<number | null>();
  let lastPage = 0;
  for (const [index, page] of pages.entries()) {
    const known = tasks.size;
    for (const task of page.tasks) if (!tasks.has(task.id)) tasks.set(task.id, task);
    if (index === 0 || page.tasks.length > 0) totals.add(page.total);
    if (tasks.size === known) continue;
    rows.push(...page.tasks.map((task) => task.id));
    lastPage = index + 1;
  }
  const total = totals.size === 1 ? ([...totals][0] ?? null) : null;
  const endsShort = rows.length < lastPage * pageSize;
  const isCounted = total === tasks.size;
  return {
    tasks,
    rows,
    lastPage,
    total,
    isCounted,
    isTidy:
      rows.length === tasks.size &&
      pages.slice(0, lastPage - 1).every((page) => page.tasks.length === pageSize) &&
      (endsShort || pages[lastPage]?.tasks.length === 0),
    inOneMoment,
    pagesToExpect: isCounted ? pages.length : lastPage + 1,
  };
}

/**
 * How many pages to read for the total that the first one tells, up to one that is not full: a total can have a ceiling,
 * and the page behind shows it. 0 when that cannot be told.
 */
function countPages(first: RobotTaskPage | undefined): number {
  const pageSize = first?.tasks.length ?? 0;
  return pageSize === 0 ? 0 : Math.floor((first?.total ?? 0) / pageSize) + 1;
}

/** Pages `from` to `to`, several at a time. The first error is thrown, and no further page is asked for after it. */
async function readPages(readPage: ReadPage, from: number, to: number): Promise<RobotTaskPage[]> {
  const pages: RobotTaskPage[] = [];
  let next = from;
  async function readOn(): Promise<void> {
    while (next <= to) {
      const page = next++;
      try {
        pages[page - from] = await readPage(page);
      } catch (error) {
        next = Infinity;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(MAX_PAGES_AT_ONCE, to - from + 1) }, readOn));
  return pages;
}

function hasAllOf(pass: Pass, ids: Iterable<string>): boolean {
  for (const id of ids) if (!pass.tasks.has(id)) return false;
  return true;
}

function readsLike(pass: Pass, other: Pass): boolean {
  return pass.rows.length === other.rows.length && pass.rows.every((id, index) => id === other.rows[index]);
}
