/** `npm run findings`: runs every script of findings/, one after the other. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readOptions, runCommand } from './command-line';

const FOLDER = path.join(__dirname, '..', 'findings');
const TIMEOUT_MS = 60_000;

const COMMAND = {
  usage: `npm run findings

Runs every script of findings/: each installs a public package, shows what it does and
nobody expects, and fails when that is no longer so. Needs bash, the npm registry, and for
two of them Debian's prometheus-alertmanager.

  --help   show this`,
  options: {},
} as const;

if (require.main === module) {
  runCommand(() => {
    if (readOptions(process.argv.slice(2), COMMAND, console.log) === null) return Promise.resolve(0);
    const names = readdirSync(FOLDER).filter((name) => name.endsWith('.sh'));
    const failed = names.filter((name) => {
      console.log(`\n${name}`);
      const { status } = spawnSync('bash', [path.join(FOLDER, name)], {
        stdio: 'inherit',
        timeout: TIMEOUT_MS,
      });
      return status !== 0;
    });
    console.log(`\n${names.length - failed.length} of ${names.length} are still so.`);
    for (const name of failed) console.log(`No longer, or not to be seen here: ${name}`);
    return Promise.resolve(failed.length === 0 ? 0 : 1);
  });
}
