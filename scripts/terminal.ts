import { createInterface } from 'node:readline';
import { printable } from './printable';

/** Where a script talks to a person. */
export interface Terminal {
  readonly print: (line: string) => void;
  /** What the person answers; empty when nobody is there to answer. */
  ask(question: string): Promise<string>;
}

export function createTerminal(): Terminal {
  return {
    print: (line) => {
      console.log(printable(line));
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
