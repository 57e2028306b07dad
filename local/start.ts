import type { EnvFile } from '../scripts/env-file';
import type { Environment } from '../shared/runtime/environment';
import type { Source } from '../shared/robot-task';
import type { InboxType } from './inbox/robot';
import type { Terminal } from './terminal';

/** What either way of starting (demo.ts, live.ts) needs. */
export interface StartOptions {
  readonly specFile: string;
  /** Makes the bundles, once it is sure that they will run; by default they are there. */
  readonly build?: () => Promise<unknown>;
  /** 0 = any free one. */
  readonly port: number;
  /** Of the demonstration: whose API the simulator plays; default dyvms. */
  readonly source?: Source;
  /** The environment of the shell. */
  readonly shell: Environment;
  readonly terminal: Terminal;
  /** Columns of the terminal. */
  readonly width?: number;
  /** With the real API: the file of settings; default .env. */
  readonly envFile?: EnvFile;
  /** Of the demonstration: the kinds of channels that are told. */
  readonly channels?: readonly InboxType[];
  /** Of the demonstration: the URL of a real Alertmanager that is told, too. */
  readonly alertmanager?: string;
}

/** What has been started. */
export interface Running {
  /** The host's address, without a slash at its end. */
  readonly url: string;
  /** Ends every process and every server. */
  close(): Promise<void>;
}
