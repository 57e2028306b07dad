/** `npm run operator -- <name>`: an operator's token, and the link with which a phone signs in. */
import { randomBytes } from 'node:crypto';
import { operatorOf } from '../functions/query-robot-tasks/http/auth';
import {
  isOperatorName,
  parseOperatorTokens,
  type OperatorToken,
} from '../functions/query-robot-tasks/tokens';
import { httpsUrl, type Environment } from '../shared/runtime/environment';
import { readOptions, runCommand, UsageError } from './command-line';
import { chooseEnvFile, ENV_FILE_OPTIONS, envFileUsage, type EnvFile } from './env-file';
import { declaredFunction } from './function-set';
import { qrCode } from './operator/qr-code';
import { readSettings } from './settings-check/read';
import { createTerminal, type Terminal } from './terminal';

const COMMAND = {
  usage: `npm run operator -- [options] <name>

Prints the link, and its QR code, with which an operator's phone signs in to the
page. Where .env has no token for the name, it makes one and says which line to
put there.

  <name>             1 to 20 letters, digits, -, _ or Chinese characters
  --all              for everybody in OPERATOR_TOKENS
${envFileUsage(19)}
  --help             show this`,
  options: { all: { type: 'boolean', default: false }, ...ENV_FILE_OPTIONS },
  positionals: 1,
} as const;

/** Where a person looks. */
export interface Screen extends Terminal {
  /** False for a file, a pipe or a log. */
  readonly isTerminal: boolean;
  readonly columns: number;
}

export interface OperatorOptions {
  readonly args: readonly string[];
  /** Where s.yaml and .env are. */
  readonly folder: string;
  /** The person's own environment, which wins over .env. */
  readonly env: Environment;
  readonly screen: Screen;
}

/** Resolves to the exit code: 0 when a link was printed. Rejects with an Error for people. */
export async function operator({ args, folder, env, screen }: OperatorOptions): Promise<number> {
  const options = readOptions(args, COMMAND, screen.print);
  if (options === null) return 0;
  const [name] = options.positionals;
  const { all } = options.values;
  if (all === (name !== undefined)) throw new UsageError('Give a name, or --all.', COMMAND);
  if (name !== undefined && !isOperatorName(name)) throw new UsageError('That is no name.', COMMAND);
  if (!screen.isTerminal) {
    throw new Error(
      'The link is a token, and is printed to a terminal only: not to a file, a pipe or a log.',
    );
  }
  const envFile = await chooseEnvFile(folder, options.values);
  const { functionSet } = await readSettings(folder, env, { envFile });
  const operators = readOperators(declaredFunction(functionSet, 'query-robot-tasks').environment);
  const wanted =
    name === undefined
      ? operators
      : [latestOf(operators, name) ?? makeToken(name, operators, envFile, screen)];
  if (wanted.length === 0) {
    throw new Error(
      `OPERATOR_TOKENS in ${envFile.name} is empty: \`npm run operator -- <name>\` makes the first token.`,
    );
  }
  const page = readPage(functionSet.variables['QUERY_URL']?.trim() ?? '', envFile);
  if (new URL(page).hostname.endsWith('.fcapp.run')) screen.print(DOWNLOADS);
  for (const [index, each] of wanted.entries()) {
    // A camera takes the first code that it sees.
    if (index > 0) await screen.ask('Press Enter for the next one. ');
    printLink(each, page, screen);
    screen.print(SCAN);
  }
  return 0;
}

function readOperators(environment: Environment): OperatorToken[] {
  const value = environment['OPERATOR_TOKENS']?.trim() ?? '';
  try {
    return value === '' ? [] : parseOperatorTokens(value);
  } catch (error) {
    throw new Error(`OPERATOR_TOKENS ${(error as Error).message}.`, { cause: error });
  }
}

/** The newer one stands behind the one that it replaces. */
function latestOf(operators: readonly OperatorToken[], name: string): OperatorToken | undefined {
  return operators.findLast((candidate) => candidate.name === name);
}

function makeToken(
  name: string,
  operators: readonly OperatorToken[],
  envFile: EnvFile,
  { print }: Screen,
): OperatorToken {
  const options = envFile.isChosen ? ` -- --env-file ${envFile.name}` : '';
  const token = randomBytes(24).toString('hex');
  print(`${name} has no token yet. This is a new one.`);
  print('');
  if (operators.length === 0) {
    print(`1. Put this line into ${envFile.name}:`);
    print('');
    print(`OPERATOR_TOKENS=${name}:${token}`);
  } else {
    print(`1. Put this at the end of OPERATOR_TOKENS in ${envFile.name}, with its comma (inside`);
    print('   its quotes, if it has any):');
    print('');
    print(`,${name}:${token}`);
  }
  print('');
  print(
    operators.length === 0
      ? `2. Run npm run bootstrap${options} (the function may start tasks then)\n   and npm run deploy${options}. The link works after that.`
      : `2. Run npm run deploy${options}. The link works after that.`,
  );
  print('');
  return { name, token };
}

/** The page's address, ending in a slash. Throws an Error for people where no link may be made with it. */
function readPage(value: string, { name }: EnvFile): string {
  if (value === '') {
    throw new Error(
      `QUERY_URL in ${name} is empty, so there is no link yet. \`npm run deploy\` prints it: put it\nthere, and run this again.`,
    );
  }
  try {
    return httpsUrl(value).href.replace(/\/*$/, '/');
  } catch (error) {
    throw new Error(`QUERY_URL ${(error as Error).message}: the network would see the token.`, {
      cause: error,
    });
  }
}

function printLink(each: OperatorToken, page: string, { print, columns }: Screen): void {
  const link = `${page}#operator=${encodeURIComponent(each.token)}`;
  const { lines, width } = qrCode(link);
  const { by } = operatorOf(each);
  print(`The link of ${by}. It is the token: whoever has it acts as ${by}.`);
  print('');
  print(link);
  print('');
  if (width <= columns) {
    for (const line of lines) print(line);
  } else {
    print(`Its QR code takes ${width} columns, and this terminal has ${columns}: widen it, and run`);
    print('this again.');
  }
  print('');
}

const SCAN = `Scan the code with the chat app that brings the alerts: its browser keeps its
own sign-in, and is not the phone's. Then clear this terminal.
`;

const DOWNLOADS = `Note: browsers download what *.fcapp.run answers instead of showing it. The page
shows on a domain of your own only: see docs/deploy.md.
`;

if (require.main === module) {
  runCommand(() =>
    operator({
      args: process.argv.slice(2),
      folder: process.cwd(),
      env: process.env,
      screen: {
        ...createTerminal(),
        isTerminal: process.stdout.isTTY,
        columns: process.stdout.columns,
      },
    }),
  );
}
