/** What `npm start` shows: made for reading, short, and coloured only where somebody looks at it. */
import { clockTime, describeCall } from './call-line';
import type { Activity } from './host/activity';
import type { InboxMessage } from './inbox/inbox';
import { renderMessage } from './inbox/render';
import { wrap, wrapLines } from '../scripts/wrap';

export interface TerminalOptions {
  readonly write: (text: string) => void;
  /** Whether a person's terminal is at the other end: colours, and lines that are written over. */
  readonly isTerminal: boolean;
  readonly isColoured: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Terminal {
  /** Text as it is. */
  print(text: string): void;
  show(activity: Activity): void;
  /** A message as the group sees it. */
  showMessage(message: InboxMessage): void;
  /** What happens in the story. */
  tell(line: string): void;
}

const COLOURS = { red: 31, yellow: 33, cyan: 36, grey: 90 } as const;
/** Goes back to the line before, and empties it. */
const LINE_UP = '\u001b[1A\u001b[2K';
const MARGIN = '          ';

export function createTerminal({ write, isTerminal, isColoured, width, now }: TerminalOptions): Terminal {
  /** Quiet polls in a row that share the last line. */
  let quietPolls = 0;
  let endsWithGap = true;

  const paint = (text: string, colour: keyof typeof COLOURS) =>
    isColoured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
  const put = (text: string) => {
    quietPolls = 0;
    endsWithGap = false;
    write(`${text}\n`);
  };
  /** Text with an empty line before and behind it. */
  const putApart = (text: string) => {
    put(endsWithGap ? `${text}\n` : `\n${text}\n`);
    endsWithGap = true;
  };
  const putQuietPoll = (head: string) => {
    const writesOver = quietPolls > 0 && isTerminal;
    const count = ` · ${quietPolls + 1} in a row`;
    const text = writesOver ? shorten(head, width - 1 - count.length) + count : shorten(head, width - 1);
    const line = paint(text, 'grey');
    write(writesOver ? `${LINE_UP}${line}\n` : `${line}\n`);
    quietPolls += 1;
    endsWithGap = false;
  };

  return {
    print(text) {
      putApart(wrapLines(text, width));
    },
    show(activity) {
      if (activity.type === 'output') {
        put(`${clockTime(now())}  ${activity.functionName}  ${printable(activity.line)}`);
        return;
      }
      if (activity.type === 'dropped') {
        put(paint(`${clockTime(now())}  ${activity.functionName}  dropped: ${activity.reason}`, 'yellow'));
        return;
      }
      const { head, failed, more, isQuietPoll } = describeCall(activity);
      if (isQuietPoll) {
        putQuietPoll(head);
        return;
      }
      const wrapped = wrap(printable(head), width, MARGIN).join('\n');
      put(failed ? paint(wrapped, 'red') : wrapped);
      for (const line of more.flatMap((text) => text.split('\n'))) {
        const text = wrap(printable(line), width - MARGIN.length).join(`\n${MARGIN}`);
        put(`${MARGIN}${paint(text, failed ? 'red' : 'yellow')}`);
      }
    },
    showMessage(message) {
      putApart(indent(renderMessage(message, width - MARGIN.length)));
    },
    tell(line) {
      putApart(paint(wrap(`${clockTime(now())}  ▶ ${line}`, width, `${MARGIN}  `).join('\n'), 'cyan'));
    },
  };
}

/** One line that must stay one: what is written over is the line before. */
function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;
}

function indent(text: string): string {
  return text.replace(/^/gm, MARGIN);
}

/** Whatever a function prints must not command the terminal. */
function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, ' ');
}
