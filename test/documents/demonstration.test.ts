/** What the README and docs/http-api.md show of `npm start` is what it shows. */
import path from 'node:path';
import { startDemo } from '../../local/demo';
import type { Running } from '../../local/start';
import { createTerminal } from '../../local/terminal';
import { bothOf, readDocument, ROOT } from './document';

let running: Running;
let output = '';

beforeAll(async () => {
  let isTold = (): void => undefined;
  const told = new Promise<void>((resolve) => (isTold = resolve));
  const terminal = createTerminal({
    write(text) {
      output += text;
      if (output.includes('1 fired')) isTold();
    },
    isTerminal: false,
    isColoured: false,
    width: 120,
    now: Date.now,
  });
  running = await startDemo({ specFile: path.join(ROOT, 's.yaml'), port: 0, shell: {}, terminal });
  await told;
});

afterAll(async () => {
  await running.close();
});

/** Times, ids and durations differ. */
function settled(line: string): string {
  return line.replace(/\d+/g, '0').replace(/\s+/g, ' ').trim();
}

test.each(bothOf('README.md'))('Every line that $name shows of the terminal is printed', ({ blocks }) => {
  const printed = output.split('\n').map(settled);
  const shown = blocks.find(({ text }) => text.startsWith('Robot Task Watch runs'))?.text.split('\n') ?? [];
  const lines = shown.filter((line) => line.trim() !== '' && line !== '…');
  expect(lines.length).toBeGreaterThan(8);
  expect(lines.filter((line) => !printed.includes(settled(line)))).toEqual([]);
});

/** What a value is, without what differs from call to call; a time may still be missing. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shapeOf(key, child)]));
  }
  return typeof value === 'string' ? settled(value) : typeof value;
}

const VARYING = /^(?:requestId|status|(?:create|fire|complete)Time|corpName)$/;

function shapeOf(key: string, value: unknown): unknown {
  return VARYING.test(key) ? 'varies' : shape(value);
}

// The last one starts the task again. The Chinese document has the same calls and answers: in-step.test.ts.
test('Every call that docs/http-api.md shows is answered as it says', async () => {
  const { blocks } = readDocument('docs/http-api.md');
  const commands = blocks.flatMap(({ language, text }, index) => {
    const answer = blocks[index + 1];
    return language === 'sh' && answer?.language === 'json' ? [{ text, answer: answer.text }] : [];
  });
  expect(commands.length).toBeGreaterThan(6);
  for (const { text, answer } of commands) {
    const [, url = ''] = /'(http:[^']+)'/.exec(text) ?? [];
    const [, authorization = ''] = /Authorization: ([^']+)/.exec(text) ?? [];
    const [, body = null] = /-d '([^']+)'/.exec(text) ?? [];
    const response = await fetch(url.replace('http://127.0.0.1:9000', running.url), {
      method: text.includes('-X POST') ? 'POST' : 'GET',
      headers: { authorization },
      body,
    });
    const shown: unknown = JSON.parse(answer);
    const given = (await response.json()) as Record<string, unknown>;
    expect({ url, answer: shape(given) }).toEqual({ url, answer: shape(shown) });
    expect({ url, keys: Object.keys(given) }).toEqual({ url, keys: Object.keys(shown as object) });
  }
});

test('The calls with which CONTRIBUTING.md breaks the simulator do so, and the last fault is none', async () => {
  const { blocks } = readDocument('CONTRIBUTING.md');
  const lines = blocks.flatMap(({ text }) => text.split('\n')).filter((line) => line.startsWith('curl '));
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) {
    const [, body = ''] = /-d '([^']+)'/.exec(line) ?? [];
    const url = line.split(' ').at(-1)?.replace('http://127.0.0.1:9000', running.url) ?? '';
    const response = await fetch(url, { method: line.includes('-X PUT') ? 'PUT' : 'POST', body });
    expect({ line, ok: response.ok }).toEqual({ line, ok: true });
  }
  expect(await (await fetch(`${running.url}/_simulator/faults`)).json()).toEqual([]);
});
