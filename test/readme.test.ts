/** The two READMEs say the same, and what they say about the repository is true. Variables: s-yaml.test.ts. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { PROMISES } from '../bench/budgets';
import { webhookDocument } from '../functions/watch-robot-tasks/channels/webhook-document';
import type { RobotTask } from '../shared/robot-task';

const ROOT = path.join(__dirname, '..');
const MESSAGES = path.join(__dirname, 'functions/watch-robot-tasks/text/__snapshots__/messages.test.ts.snap');

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

interface CodeBlock {
  /** Empty when none is named. */
  readonly language: string;
  readonly text: string;
}

interface Heading {
  readonly level: number;
  readonly text: string;
}

interface Readme {
  readonly name: string;
  readonly text: string;
  /** `text` without its code blocks. */
  readonly prose: string;
  readonly blocks: readonly CodeBlock[];
  readonly headings: readonly Heading[];
  /** By table its rows, without the line below the head. */
  readonly tables: readonly (readonly string[])[];
}

const FENCED = /^```(\w*)\n(.*?)^```$/gms;

function readReadme(name: string): Readme {
  const text = readFileSync(path.join(ROOT, name), 'utf8');
  const prose = text.replace(FENCED, '');
  return {
    name,
    text,
    prose,
    blocks: [...text.matchAll(FENCED)].map(([, language = '', block = '']) => ({ language, text: block })),
    headings: [...prose.matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', heading = '']) => ({
      level: marks.length,
      text: heading,
    })),
    tables: [...prose.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) =>
      table.split('\n').filter((line) => line !== '' && !/^[|-]+$/.test(line)),
    ),
  };
}

const english = readReadme('README.md');
const chinese = readReadme('README.zh-CN.md');
const both = [english, chinese];

function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
}

function anchors({ headings }: Readme): string[] {
  return headings.map(({ text }) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What a block says to a machine: without the comments, which are translated. */
function commands({ language, text }: CodeBlock): string {
  return language === 'json' ? text : text.replace(/(^|\s+)# .*$/gm, '');
}

describe('The READMEs are in step', () => {
  test('Their headings have the same levels in the same order', () => {
    const levels = both.map(({ headings }) => headings.map(({ level }) => level));
    expect(levels[0]?.length).toBeGreaterThan(15);
    expect(levels[1]).toEqual(levels[0]);
  });

  test('Their code blocks are in the same languages, and as many lines long', () => {
    const shapes = both.map(({ blocks }) =>
      blocks.map(({ language, text }) => ({ language, lines: text.split('\n').length })),
    );
    expect(shapes[0]?.length).toBeGreaterThan(20);
    expect(shapes[1]).toEqual(shapes[0]);
  });

  test('Their commands, JSON documents and log queries are the same but for the comments', () => {
    const pasted = both.map(({ blocks }) =>
      blocks
        .filter(({ language, text }) => language !== '' || text.includes('__topic__'))
        .map((block) => commands(block)),
    );
    expect(pasted[0]?.filter((text) => text.includes('__topic__'))).toHaveLength(1);
    expect(pasted[1]).toEqual(pasted[0]);
  });

  test('Their tables have the same rows: the same names, values and numbers in each', () => {
    const facts = both.map(({ tables }) =>
      tables.map((rows) =>
        rows.map((row) => ({
          names: codeSpans(row).sort(),
          numbers: (row.replace(/`[^`]+`/g, '').match(/\d+(?:[.,]\d+)*/g) ?? []).sort(),
        })),
      ),
    );
    expect(facts[0]?.length).toBeGreaterThan(8);
    expect(facts[1]).toEqual(facts[0]);
  });

  test('Their prose names the same commands, variables and files', () => {
    const names = both.map(({ prose }) => {
      const spans = codeSpans(prose).filter((span) =>
        /^(npm|npx|node) |^[A-Z][A-Z0-9_]+$|^[\w./-]+\.\w+$/.test(span),
      );
      return [...new Set(spans)].sort();
    });
    expect(names[0]?.length).toBeGreaterThan(30);
    expect(names[1]).toEqual(names[0]);
  });

  test('Each links to the other one near its top', () => {
    expect(english.text.slice(0, 400)).toContain('](README.zh-CN.md)');
    expect(chinese.text.slice(0, 400)).toContain('](README.md)');
  });
});

describe.each(both)('What $name says is true', (readme) => {
  test('Every npm command that it names exists', () => {
    const { scripts } = v.parse(
      v.object({ scripts: v.record(v.string(), v.string()) }),
      JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')),
    );
    const code = [...readme.blocks.map(({ text }) => text), ...codeSpans(readme.prose)].join('\n');
    const named = [...code.matchAll(/\bnpm (run )?([\w-]+)/g)].map(([, run, name = '']) => ({ run, name }));
    expect(named.length).toBeGreaterThan(10);
    const unknown = named.filter(({ run, name }) =>
      run === undefined ? !['ci', 'start', 'test'].includes(name) : !(name in scripts),
    );
    expect(unknown).toEqual([]);
  });

  test('Every link into the repository and every anchor leads somewhere', () => {
    const targets = [...readme.prose.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const inside = targets.filter((target) => !target.startsWith('https://'));
    expect(inside.length).toBeGreaterThan(2);
    const dead = inside.filter((target) => {
      const [file = '', anchor] = target.split('#');
      if (!existsSync(path.join(ROOT, file))) return true;
      return anchor !== undefined && !anchors(file === '' ? readme : readReadme(file)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  test('No two headings share an anchor', () => {
    expect(new Set(anchors(readme)).size).toBe(readme.headings.length);
  });

  test('Every folder of the layout exists', () => {
    const layout = readme.blocks.find(({ text }) => text.startsWith('functions/'))?.text ?? '';
    let parent = '';
    const folders = layout.split('\n').flatMap((line) => {
      const [names = ''] = /^ *(?:[\w./-]+\/ +)+/.exec(line) ?? [];
      const isInside = names.startsWith(' ');
      const here = names.split(' ').filter((name) => name !== '');
      if (!isInside) parent = here[0] ?? '';
      return here.map((name) => (isInside ? `${parent}${name}` : name));
    });
    expect(folders).toContain('functions/watch-robot-tasks/channels/');
    expect(folders.length).toBeGreaterThan(9);
    expect(folders.filter((folder) => !existsSync(path.join(ROOT, folder)))).toEqual([]);
  });

  test('Every TypeScript file that it names exists', () => {
    const named = readme.prose.match(/[\w./-]+\.ts\b/g) ?? [];
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  test('Every line of its sample messages is one that the watch writes', () => {
    const written = readFileSync(MESSAGES, 'utf8').split('\n');
    const title = /^(Robot task|机器人任务)/;
    const lines = readme.blocks
      .filter(({ language, text }) => language === '' && title.test(text) && !text.includes('http://127'))
      .flatMap(({ text }) => text.split('\n'));
    expect(lines.length).toBeGreaterThan(40);
    // An ellipsis ends what is quoted.
    const isWritten = (line: string) =>
      line.endsWith('…')
        ? written.some((candidate) => candidate.startsWith(line.slice(0, -1)))
        : written.includes(line);
    expect(lines.filter((line) => !isWritten(line))).toEqual([]);
  });

  test('The document that it shows to a webhook’s receiver is the one that is sent, with less of the task', () => {
    const shown: unknown = JSON.parse(
      readme.blocks.find(({ text }) => text.startsWith('{"type":"robot-tasks.alert"'))?.text ?? '',
    );
    const now = Date.parse('2026-11-22T10:00:00+08:00');
    const sent: unknown = JSON.parse(
      webhookDocument(
        {
          kind: 'alert',
          id: 'alert-1',
          now,
          firing: [{ task: TASK, status: 'ARREARS_STOP', previousStatus: null, since: now }],
          repeated: [],
          resolved: [],
          notices: [],
          watchStatus: 'ok',
          duplicatesPossible: false,
        },
        'incidents',
      ),
    );
    expect(sent).toMatchObject(shown as Record<string, unknown>);
    const data = v.object({ data: v.record(v.string(), v.unknown()) });
    expect(Object.keys(v.parse(data, shown).data)).toEqual(Object.keys(v.parse(data, sent).data));
  });

  test('The budgets of its performance table are the ones that the bench checks', () => {
    const table = readme.tables.find((rows) => rows.some((row) => row.includes('×')));
    const told = (table ?? []).slice(1).flatMap((row) => {
      const budget = row.split('|').at(-2) ?? '';
      return (budget.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
    });
    const checked = new Set([...PROMISES.values()].map(({ value }) => value));
    expect(told.toSorted((a, b) => a - b)).toEqual([...checked].toSorted((a, b) => a - b));
  });

  test('Nothing in it waits to be written', () => {
    expect(readme.text.match(/<!--.*|\b(?:TODO|TBD|FIXME|XXX)\b/g) ?? []).toEqual([]);
  });
});
