/** What the documents say about the repository is true: links, commands, files, folders. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { anchors, bothOf, codeSpans, DOCUMENTS, readDocument, ROOT } from './document';

const { scripts } = v.parse(
  v.object({ scripts: v.record(v.string(), v.string()) }),
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')),
);

function npmCommands(text: string): { readonly run: string | undefined; readonly name: string }[] {
  return [...text.matchAll(/\bnpm (run )?([\w-]+)/g)].map(([, run, name = '']) => ({ run, name }));
}

function linksInside(text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)]+)\)|\bsrc="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source ?? '',
  );
  return targets.filter((target) => !target.startsWith('https://'));
}

test('There is enough to look at', () => {
  const all = DOCUMENTS.map(({ text }) => text).join('\n');
  expect(npmCommands(all).length).toBeGreaterThan(50);
  expect(linksInside(all).length).toBeGreaterThan(40);
});

test('The change log begins with the version that this is', () => {
  const version = v.object({ version: v.string() });
  const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
  const [first] = [...read('CHANGELOG.md').matchAll(/^## (\d\S*)/gm)].map(([, name = '']) => name);
  const [own, locked] = ['package.json', 'package-lock.json'].map(
    (name) => v.parse(version, JSON.parse(read(name))).version,
  );
  expect([own, locked]).toEqual([first, first]);
});

test('The READMEs can be read in one sitting', () => {
  const lines = bothOf('README.md').map(({ text }) => text.split('\n').length);
  expect(Math.max(...lines)).toBeLessThanOrEqual(180);
});

test('The READMEs link to every document in their language', () => {
  const [english, chinese] = bothOf('README.md').map(({ prose }) => linksInside(prose));
  for (const { name } of DOCUMENTS.filter((document) => !document.name.startsWith('README'))) {
    expect(name.endsWith('.zh-CN.md') ? chinese : english).toContain(name);
  }
});

describe.each(DOCUMENTS)('What $name says of the repository is true', (document) => {
  const folder = path.dirname(document.name);

  test('Every npm command that it names exists', () => {
    const code = [...document.blocks.map(({ text }) => text), ...codeSpans(document.prose)].join('\n');
    const unknown = npmCommands(code).filter(({ run, name }) =>
      run === undefined ? !['ci', 'start', 'test', 'config'].includes(name) : !(name in scripts),
    );
    expect(unknown).toEqual([]);
  });

  test('Every link into the repository and every anchor leads somewhere', () => {
    const dead = linksInside(document.prose).filter((target) => {
      const [file = '', anchor] = target.split('#');
      const name = file === '' ? document.name : path.join(folder, file);
      if (!existsSync(path.join(ROOT, name))) return true;
      return anchor !== undefined && !anchors(readDocument(name)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  test('Its links stay in its language', () => {
    const own = document.name.endsWith('.zh-CN.md');
    const other = linksInside(document.prose).filter(
      (target) => /\.md(?:#|$)/.test(target) && /\.zh-CN\.md(?:#|$)/.test(target) !== own,
    );
    // The one at the top, to the same document in the other language; the change log is in English alone.
    expect(other.filter((target) => !target.endsWith('CHANGELOG.md'))).toHaveLength(1);
  });

  test('No two headings share an anchor', () => {
    expect(new Set(anchors(document)).size).toBe(document.headings.length);
  });

  test('Every file and folder of the repository that it names by its path exists', () => {
    const shell = document.blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
    const named = [
      ...(document.prose.match(/(?<![\w/.:-])[\w.-]+\/[\w./-]+\.(?:tsx?|ya?ml)\b/g) ?? []),
      ...(shell.join('\n').match(/(?<![\w/.:-])(?:test|scripts|bench|functions|shared)\/[\w./-]+/g) ?? []),
    ];
    const under = ['', 'functions/watch-robot-tasks', 'functions/watch-robot-tasks/channels', 'test'];
    expect(
      named.filter((file) => !under.some((parent) => existsSync(path.join(ROOT, parent, file)))),
    ).toEqual([]);
  });

  test('Nothing in it waits to be written', () => {
    expect(document.text.match(/<!--.*|\b(?:TODO|TBD|FIXME|XXX)\b/g) ?? []).toEqual([]);
  });
});

test.each(bothOf('docs/design.md'))('Every folder of the layout in $name exists', (document) => {
  const layout = document.blocks.find(({ text }) => text.startsWith('functions/'))?.text ?? '';
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
