/**
 * `npm run check-settings`: s.yaml runs it before Serverless Devs deploys a function, so that `npx s deploy` opens no
 * endpoint either.
 */
import { readOptions, runCommand } from '../command-line';
import { createTerminal } from '../terminal';
import { chooseEnvFile, ENV_FILE_OPTIONS, envFileUsage } from '../env-file';
import { printFindings, readSettings, whereSettingsAre } from './read';

const COMMAND = {
  usage: `npm run check-settings [-- options]

Checks the settings in .env without network. Exit code 1 when anything is wrong.

${envFileUsage(19)}
  --help             show this`,
  options: ENV_FILE_OPTIONS,
} as const;

if (require.main === module) {
  const { print } = createTerminal();
  runCommand(async () => {
    const options = readOptions(process.argv.slice(2), COMMAND, print);
    if (options === null) return 0;
    const folder = process.cwd();
    const envFile = await chooseEnvFile(folder, options.values);
    const settings = await readSettings(folder, process.env, { envFile });
    const areInOrder = printFindings(settings, { print });
    print(areInOrder ? '✓ The settings are in order.' : whereSettingsAre(settings.functionSet));
    return areInOrder ? 0 : 1;
  });
}
