import type { Environment } from '../shared/environment';
import type { Terminal } from './terminal';

/** What either way of starting (demo.ts, live.ts) needs. */
export interface StartOptions {
  readonly specFile: string;
  /** 0 = any free one. */
  readonly port: number;
  /** The environment of the shell. */
  readonly shell: Environment;
  readonly terminal: Terminal;
}

/** What has been started. */
export interface Running {
  /** The host's address, without a slash at its end. */
  readonly url: string;
  /** Ends every process and every server. */
  close(): Promise<void>;
}
