import { createInterface } from 'node:readline';

/** Where a script talks to a person. */
export interface Terminal {
  print(line: string): void;
  /** What the person answers; empty when nobody is there to answer. */
  ask(question: string): Promise<string>;
}

export function createTerminal(): Terminal {
  return {
    print: (line) => {
      console.log(line);
    },
    ask: (question) =>
      new Promise((resolve) => {
        const lines = createInterface({ input: process.stdin, output: process.stdout });
        lines.once('close', () => {
          resolve('');
        });
        lines.question(question, (answer) => {
          resolve(answer);
          lines.close();
        });
      }),
  };
}

/** Runs a script's main function and sets the exit code: what it returns, or 1 after printing why it failed. */
export function runScript(main: () => Promise<number>): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
