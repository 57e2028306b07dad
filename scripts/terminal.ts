import { createInterface } from 'node:readline';
import { printable } from './printable';
import { wrapLines } from './wrap';

/** Where a script talks to a person. */
export interface Terminal {
  readonly print: (line: string) => void;
  /** What the person answers; empty when nobody is there to answer. */
  ask(question: string): Promise<string>;
}

export function createTerminal(): Terminal {
  return {
    print: (line) => {
      console.log(wrapLines(printable(line), widthOf(process.stdout)));
    },
    ask: (question) =>
      new Promise((resolve) => {
        const lines = createInterface({ input: process.stdin, output: process.stdout });
        lines.once('close', () => {
          resolve('');
        });
        lines.question(printable(question), (answer) => {
          resolve(answer);
          lines.close();
        });
      }),
  };
}

/** What is no terminal has no width, and some terminals say 0 for "not known". */
export function widthOf({ isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number {
  return isTTY && columns > 0 ? columns : Infinity;
}
