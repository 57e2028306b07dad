/** A folder with the project's s.yaml, s.domain.yaml and a `.env` of its own, and scripts that run in it as a person would run them. */
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../../shared/runtime/environment';
import { bundleOfCommand } from '../stand-ins/commands';

const ROOT = path.join(__dirname, '../..');

/** Settings that are in order. */
export const SETTINGS = {
  API_TOKENS: 'a-token-of-more-than-twenty-letters',
  ALERT_CHANNELS:
    '[{"type":"dingtalk","url":"https://oapi.dingtalk.com/robot/send?access_token=t0ken","secret":"SECabc"}]',
  STATE_STORE: 'tablestore://watch-state.cn-hangzhou/watch',
};

export interface ScriptResult {
  readonly code: number | null;
  /** Standard output and standard error. */
  readonly output: string;
}

/** On a busy machine a script says now and then what it waits for: that is no matter of what it does. */
export function withoutWaiting(output: string): string {
  return output.replace(/^ {2}… still waiting for .*\n?/gm, '');
}

export interface Workspace {
  readonly folder: string;
  /** `.env`, or the file of that name. */
  writeEnv(lines: Readonly<Record<string, string>>, name?: string): Promise<void>;
  /** Replaces every occurrence in s.yaml and s.domain.yaml. */
  editSpec(search: string, replacement: string): Promise<void>;
  /** Runs scripts/<name>.ts here with no other environment than `env`. `input` is typed and then the terminal ends. */
  run(name: string, args: readonly string[], env: Environment, input?: string): Promise<ScriptResult>;
  remove(): Promise<void>;
}

export async function createWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(path.join(tmpdir(), 'robot-task-watch-'));
  const specs = ['s.yaml', 's.domain.yaml'].map((name) => path.join(folder, name));
  for (const spec of specs) await copyFile(path.join(ROOT, path.basename(spec)), spec);
  return {
    folder,
    async editSpec(search, replacement) {
      for (const spec of specs) {
        await writeFile(spec, (await readFile(spec, 'utf8')).replaceAll(search, replacement));
      }
    },
    async writeEnv(lines, name = '.env') {
      const text = Object.entries(lines).map(([name, value]) => `${name}='${value}'\n`);
      await writeFile(path.join(folder, name), text.join(''), { mode: 0o600 });
    },
    run(name, args, env, input = '') {
      const child = spawn(process.execPath, [bundleOfCommand(`scripts/${name}.ts`), ...args], {
        cwd: folder,
        // HOME: no keys from the home of whoever runs the tests.
        env: { PATH: process.env['PATH'], HOME: folder, ...env },
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stdin.end(input);
      return new Promise((resolve) => {
        child.once('close', (code) => {
          resolve({ code, output: withoutWaiting(output) });
        });
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
