/**
 * `npm run check-settings`: s.yaml runs it before Serverless Devs deploys a function, so that `npx s deploy` opens no
 * endpoint either.
 */
import { readOptions, runCommand } from '../command-line';
import { createTerminal } from '../terminal';
import { printFindings, readSettings, WHERE_SETTINGS_ARE } from './read';

const COMMAND = {
  usage: `npm run check-settings

Checks the settings in .env without network. Exit code 1 when anything is wrong.

  --help   show this`,
  options: {},
} as const;

if (require.main === module) {
  const { print } = createTerminal();
  runCommand(async () => {
    if (readOptions(process.argv.slice(2), COMMAND, print) === null) return 0;
    const areInOrder = printFindings(await readSettings(process.cwd(), process.env), { print });
    print(areInOrder ? '✓ The settings are in order.' : WHERE_SETTINGS_ARE);
    return areInOrder ? 0 : 1;
  });
}
