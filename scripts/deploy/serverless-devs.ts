/** Runs Serverless Devs so that nothing of what it prints or keeps shows a setting. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../../shared/runtime/environment';

export interface ServerlessDevsRun {
  readonly exitCode: number;
  /** All that it printed. It holds the functions' whole environment: not to be shown as it is. */
  readonly output: string;
}

export type RunServerlessDevs = (args: readonly string[], env: Environment) => Promise<ServerlessDevsRun>;

/** How the name of the home begins that it gets. */
export const TEMPORARY_HOME = 'robot-task-watch-deploy-';

/** What was tried. Without this the newest of each is fetched: fc3 loads fc3-domain at every deploy. */
const COMPONENTS = 'fc3@0.1.22;fc3-domain@0.0.29';

/**
 * It writes each variable of the functions to logs in its home that everybody can read, keeps them, and tells its maker
 * each command line: so it gets a home of its own, which is removed. Only the components that it has fetched stay where they
 * are.
 */
export const runServerlessDevs: RunServerlessDevs = async (args, env) => {
  const home = await mkdtemp(path.join(tmpdir(), TEMPORARY_HOME));
  try {
    await furnish(home, env['serverless_devs_config_home'] ?? env['HOME'] ?? homedir());
    return await run(args, {
      ...env,
      serverless_devs_config_home: home,
      core_load_serverless_devs_component: COMPONENTS,
      // What it would leave running would write to a home that is not there any more.
      serverless_devs_daemon_enable: 'false',
      // Set, it sends the upload to an address that only Alibaba Cloud's own network reaches.
      FC_REGION: undefined,
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

async function furnish(home: string, usualHome: string): Promise<void> {
  const kept = path.join(usualHome, '.s', 'components');
  await mkdir(kept, { recursive: true });
  await mkdir(path.join(home, '.s', 'config'), { recursive: true });
  await symlink(kept, path.join(home, '.s', 'components'));
  await writeFile(path.join(home, '.s', 'set-config.yml'), 'analysis: disable\nlog: disable\n');
  // Else it would ask the npm registry for a newer one of itself.
  const asked = JSON.stringify({ lastUpdateCheck: Date.now() });
  await writeFile(path.join(home, '.s', 'config', 'update-notifier.json'), asked);
}

/** The project's own copy: `npx s` would fetch whatever is called "s" if it were missing. */
function run(args: readonly string[], env: Environment): Promise<ServerlessDevsRun> {
  const program = require.resolve('@serverless-devs/s/bin/s');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ exitCode: code ?? 1, output });
    });
  });
}
