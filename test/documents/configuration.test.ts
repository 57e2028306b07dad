/** docs/configuration.md gives each setting to the function that reads it, with the default that it has there. */
import { inspect } from 'node:util';
import { readConfiguration as readQuery } from '../../functions/query-robot-tasks/config';
import { readConfiguration as readWatch } from '../../functions/watch-robot-tasks/config';
import { readFunctionSet } from '../../scripts/function-set';
import type { Environment } from '../../shared/runtime/environment';
import { bothOf, codeSpans, readDocument, ROOT, type Document } from './document';

const CHANNELS = '[{"type":"slack","url":"https://hooks.slack.com/services/T0/B0/abc"}]';
const READERS: Readonly<Record<string, (env: Environment) => unknown>> = {
  query: readQuery,
  watch: readWatch,
};

interface Row {
  readonly name: string;
  readonly functions: readonly string[];
  /** Null where the cell is in words. */
  readonly fallback: string | null;
}

function rowsOf({ tables }: Document): Row[] {
  const [table = []] = tables;
  return table.slice(1).map((row) => {
    const [name = '', readBy = '', fallback = ''] = row.split(' | ').map((cell) => cell.replace(/^\| /, ''));
    return {
      name: codeSpans(name)[0] ?? '',
      functions: /^(?:query|watch)$/.test(readBy) ? [readBy] : ['query', 'watch'],
      fallback: /^`([^`]+)`$/.exec(fallback)?.[1] ?? null,
    };
  });
}

describe.each(bothOf('docs/configuration.md'))('What $name says is so', (document) => {
  const rows = rowsOf(document);

  test('Each setting is read by the functions that it names', async () => {
    const { functions } = await readFunctionSet(ROOT, {});
    const given = functions.map(({ name, environment }) => ({
      reader: name.replace('-robot-tasks', ''),
      // What Node itself reads is no setting of ours.
      names: Object.keys(environment).filter((name) => !/^(NODE_OPTIONS|SSL_CERT_\w+)$/.test(name)),
    }));
    expect(given.map(({ reader }) => reader).sort()).toEqual(['query', 'watch']);
    // The keys are not deployed: the functions get theirs from their role.
    const deployed = rows.filter(({ name }) => !name.startsWith('ALIBABA_CLOUD_'));
    for (const { reader, names } of given) {
      const told = deployed.filter((row) => row.functions.includes(reader)).map(({ name }) => name);
      expect(told.sort()).toEqual(names.sort());
    }
  });

  test('Each default means the same as leaving the setting out', () => {
    const told = rows.flatMap((row) => row.functions.map((reader) => ({ ...row, reader })));
    const withDefault = told.filter(({ fallback }) => fallback !== null);
    expect(withDefault.length).toBeGreaterThan(10);
    const others = withDefault.filter(({ name, fallback, reader }) => {
      const read = (env: Environment) =>
        inspect(READERS[reader]?.({ ALERT_CHANNELS: CHANNELS, ...env }), { depth: 9 });
      return read({ [name]: fallback ?? '' }) !== read({});
    });
    expect(others).toEqual([]);
  });

  test('A setting without a default may be left out, but for ALERT_CHANNELS', () => {
    expect(() => readQuery({})).not.toThrow();
    expect(() => readWatch({ ALERT_CHANNELS: CHANNELS })).not.toThrow();
    expect(() => readWatch({})).toThrow(/ALERT_CHANNELS/);
  });
});

test.each([
  ['README.md', 'docs/configuration.md'],
  ['README.zh-CN.md', 'docs/configuration.zh-CN.md'],
])('The settings that %s lists are those of %s, with the same defaults', (readme, configuration) => {
  const cellsOf = (table: readonly string[]) =>
    table.slice(1).map((row) => row.replace(/^\| | \|$/g, '').split(' | '));
  const isOfSettings = ([head]: readonly string[]) => /^\| (?:setting|设置) /.test(head ?? '');
  const listed = readDocument(readme).tables.filter(isOfSettings).flatMap(cellsOf);
  const told = readDocument(configuration).tables.slice(0, 2).flatMap(cellsOf);
  expect(listed.length).toBeGreaterThan(30);
  // The default stands before the meaning.
  expect(listed).toEqual(told.map((row) => [row[0], row.at(-2)]));
});
