/** The page as text, drawn without a browser: quick enough for thousands of answers. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import type { Language } from '../../../../shared/text';

const PAGE = path.join(__dirname, '../../../../functions/query-robot-tasks/page');

/** What an endpoint answered: JSON values of which nothing is known. */
export interface Documents {
  readonly summary: unknown;
  /** Of each cause. */
  readonly stopped: readonly unknown[];
  readonly running: unknown;
  readonly watch: unknown;
}

export type Render = (
  documents: Documents,
  now: number,
  language: Language,
  linkedTask: string | null,
) => string;

/** The page's own readers and parts; what can be pressed does nothing. */
const ENTRY = `
  import { h } from 'preact';
  import { renderToString } from 'preact-render-to-string';
  import { createApi } from './data/api';
  import { readSummary, readTaskList, readWatch } from './data/answers';
  import { LanguageContext } from './text/language';
  import { View } from './view';

  const nothing = () => undefined;
  const known = (data, at) => ({
    ...{ data, at, isOther: false, isLoading: false },
    failure: data === undefined ? { kind: 'unreadable' } : null,
  });
  const api = createApi({ base: '/', credential: 'x', clock: {}, language: () => 'en', onUnauthorized: nothing });
  const whole = { isOpen: false, open: nothing, tasks: [], isReading: false, failure: null };

  export function render({ summary, stopped, running, watch }, now, language, linkedTask) {
    const answers = {
      summary: known(readSummary(summary), now),
      stopped: stopped.map((list) => known(readTaskList(list), now)),
      running: known(readTaskList(running), now),
      watch: known(readWatch(watch), now),
    };
    const task = answers.stopped.flatMap(({ data }) => data?.tasks ?? []).find(({ id }) => id === linkedTask);
    const props = {
      ...{ api, answers, wholes: [whole, whole], setRunningPage: nothing, askOperator: nothing, isNarrow: false },
      refresh: { round: 0, now, refresh: nothing },
      linked: linkedTask === null ? null : { id: linkedTask, task, known: known(task, now) },
      starts: { outcomes: [], busy: new Set(), start: nothing, dismiss: nothing },
      runs: { run: null, record: null, isGoing: false, isStopping: false, left: new Set(), begin: nothing, stop: nothing, dismiss: nothing },
      acts: { isBusy: false, outcome: undefined, take: nothing, release: nothing, dismiss: nothing },
    };
    return renderToString(h(LanguageContext.Provider, { value: language }, h(View, props)));
  }
`;

export async function buildRender(): Promise<Render> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: PAGE, loader: 'ts' },
    ...{ bundle: true, write: false, format: 'cjs', platform: 'node' },
    ...{ jsx: 'transform', jsxFactory: 'h', jsxFragment: 'Fragment', tsconfigRaw: {} },
    inject: [path.join(PAGE, 'jsx.ts')],
  });
  const module = { exports: {} as { render: Render } };
  const run = compileFunction(outputFiles[0]?.text ?? '', ['module', 'exports', 'require']) as (
    ...args: unknown[]
  ) => void;
  run(module, module.exports, createRequire(__filename));
  return module.exports.render;
}
