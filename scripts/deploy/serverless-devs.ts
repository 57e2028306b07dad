/** Runs Serverless Devs so that nothing of what it prints or keeps shows a setting, and so that it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../../shared/runtime/environment';
import type { EnvFile } from '../env-file';

export interface ServerlessDevsRun {
  readonly exitCode: number;
  /** All that it printed. It holds the functions' whole environment: not to be shown as it is. */
  readonly output: string;
  /** Why it was ended from here, as a sentence; absent when it ended by itself. */
  readonly ended?: string;
}

/** Where it runs. */
export interface Project {
  /** Where s.yaml is. */
  readonly folder: string;
  readonly envFile: EnvFile;
}

export type RunServerlessDevs = (
  args: readonly string[],
  env: Environment,
  project: Project,
) => Promise<ServerlessDevsRun>;

/** How the name of the home begins that it gets. */
export const TEMPORARY_HOME = 'robot-task-watch-deploy-';

/** What was tried. Without this the newest of each is fetched: fc3 loads fc3-domain at every deploy. */
const COMPONENTS = ['fc3@0.1.22', 'fc3-domain@0.0.29'];
const REGISTRY = 'api.devsapp.cn';

/** fc3 gives a call to Function Compute 60 s, in which nothing is said; the upload of a megabyte may take longer. */
const LONGEST_SILENCE_MS = 120_000;
const LONGEST_RUN_MS = 15 * 60_000;

export interface Bounds {
  readonly silenceMs: number;
  readonly runMs: number;
}

/**
 * It writes each variable of the functions to logs in its home that everybody can read, keeps them, and tells its maker
 * each command line: so it gets a home of its own, which is removed, however this process ends. Only the components that it
 * has fetched stay where they are. After two minutes without a word, and after 15 in all, it is ended.
 */
export const runServerlessDevs: RunServerlessDevs = (args, env, project) =>
  runWithin({ silenceMs: LONGEST_SILENCE_MS, runMs: LONGEST_RUN_MS })(args, env, project);

/** As runServerlessDevs, with these bounds. */
export function runWithin(bounds: Bounds): RunServerlessDevs {
  return async (args, env, project) => {
    const signal = catchSignals();
    const home = await mkdtemp(path.join(tmpdir(), TEMPORARY_HOME));
    try {
      const components = await furnish(home, env['serverless_devs_config_home'] ?? env['HOME'] ?? homedir());
      const missing = COMPONENTS.filter(
        (name) => !existsSync(path.join(components, 'devsapp.cn', 'v3', name)),
      );
      const cwd = project.envFile.isChosen ? await mirror(project, home) : project.folder;
      const ownEnv = {
        ...env,
        serverless_devs_config_home: home,
        core_load_serverless_devs_component: COMPONENTS.join(';'),
        // What it would leave running would write to a home that is not there any more.
        serverless_devs_daemon_enable: 'false',
        // Set, it sends the upload to an address that only Alibaba Cloud's own network reaches.
        FC_REGION: undefined,
      };
      const child = start(args, ownEnv, cwd);
      const waitsFor = () =>
        missing.some((name) => !existsSync(path.join(components, 'devsapp.cn', 'v3', name)))
          ? `its registry of components (${REGISTRY}) does not answer`
          : 'what it asks does not answer';
      return await outcomeOf(child, bounds, signal, waitsFor);
    } finally {
      await rm(home, { recursive: true, force: true });
      signal.release();
    }
  };
}

/** Resolves to where the components are kept. */
async function furnish(home: string, usualHome: string): Promise<string> {
  const kept = path.join(usualHome, '.s', 'components');
  await mkdir(kept, { recursive: true });
  await mkdir(path.join(home, '.s', 'config'), { recursive: true });
  await symlink(kept, path.join(home, '.s', 'components'));
  await writeFile(path.join(home, '.s', 'set-config.yml'), 'analysis: disable\nlog: disable\n');
  // Else it would ask the npm registry for a newer one of itself.
  const asked = JSON.stringify({ lastUpdateCheck: Date.now() });
  await writeFile(path.join(home, '.s', 'config', 'update-notifier.json'), asked);
  return kept;
}

/**
 * It reads the `.env` of the folder that it is started in, then the one beside s.yaml, and knows no other file: for another
 * one it gets a folder that has all that the project's has, in which that file is `.env`. Resolves to that folder.
 */
async function mirror({ folder, envFile }: Project, home: string): Promise<string> {
  const mirrored = path.join(home, 'project');
  await mkdir(mirrored);
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.env'));
  await Promise.all(names.map((name) => symlink(path.join(folder, name), path.join(mirrored, name))));
  await symlink(envFile.path, path.join(mirrored, '.env'));
  return mirrored;
}

/** The project's own copy: `npx s` would fetch whatever is called "s" if it were missing. */
function start(args: readonly string[], env: Environment, cwd: string): ChildProcess {
  const program = require.resolve('@serverless-devs/s/bin/s');
  // In a group of its own, so that whatever it starts ends with it.
  const detached = process.platform !== 'win32';
  return spawn(process.execPath, [program, ...args], {
    cwd,
    env,
    detached,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Rejects only when it cannot be started. */
function outcomeOf(
  child: ChildProcess,
  { silenceMs, runMs }: Bounds,
  signal: Signals,
  waitsFor: () => string,
): Promise<ServerlessDevsRun> {
  let output = '';
  let ended: string | undefined;
  const end = (why: string) => {
    ended ??= why;
    kill(child);
  };
  const isSilent = () => {
    end(`Serverless Devs said nothing for ${inWords(silenceMs)}: ${waitsFor()}.`);
  };
  let silence = setTimeout(isSilent, silenceMs);
  const whole = setTimeout(() => {
    end(`Serverless Devs did not end within ${inWords(runMs)}: ${waitsFor()}.`);
  }, runMs);
  const keep = (chunk: Buffer) => {
    output += chunk.toString('utf8');
    clearTimeout(silence);
    silence = setTimeout(isSilent, silenceMs);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  signal.onSignal((name) => {
    end(`It was ended by ${name}.`);
  });
  return new Promise<ServerlessDevsRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const exitCode = ended === undefined ? (code ?? 1) : (signal.exitCode() ?? 1);
      resolve({ exitCode, output, ...(ended === undefined ? {} : { ended }) });
    });
  }).finally(() => {
    clearTimeout(silence);
    clearTimeout(whole);
  });
}

function kill(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function inWords(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} minutes`;
}

/** By which numbers they are known: a program that one of them ended exits with 128 and this. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

interface Signals {
  /** Calls `end` with the signal's name, at once where it came already. */
  onSignal(end: (name: string) => void): void;
  /** What a program exits with that was ended so; null when no signal came. */
  exitCode(): number | null;
  release(): void;
}

/** From now on the first signal that would end this process is kept, for what has to be taken away first. */
function catchSignals(): Signals {
  let caught: keyof typeof SIGNALS | null = null;
  let end: (name: string) => void = () => undefined;
  const listen = (name: keyof typeof SIGNALS) => {
    caught ??= name;
    end(name);
  };
  const names = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  for (const name of names) process.on(name, listen);
  return {
    onSignal(wanted) {
      end = wanted;
      if (caught !== null) end(caught);
    },
    exitCode: () => (caught === null ? null : 128 + SIGNALS[caught]),
    release() {
      for (const name of names) process.off(name, listen);
    },
  };
}
