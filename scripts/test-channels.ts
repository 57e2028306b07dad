/**
 * `npm run test-channels`: sends a test message to every channel of `.env` from this machine, as `{"test":"channels"}` does
 * from the deployed function, and says what to mend.
 */
import { channelOpener } from '../functions/watch-robot-tasks/configured-channels';
import {
  configurationSecrets,
  readConfiguration,
  type Configuration,
} from '../functions/watch-robot-tasks/config';
import { createHeartbeat } from '../functions/watch-robot-tasks/heartbeat';
import { testChannels } from '../functions/watch-robot-tasks/test-channels';
import { systemClock, type Clock } from '../shared/runtime/clock';
import { ConfigurationError, type Environment } from '../shared/runtime/environment';
import { createLogger } from '../shared/runtime/log';
import { readOptions, runCommand } from './command-line';
import { chooseEnvFile, ENV_FILE_OPTIONS, envFileUsage } from './env-file';
import { declaredFunction } from './function-set';
import { readSettings, whereSettingsAre } from './settings-check/read';
import { printable } from './printable';
import { createTerminal, type Terminal } from './terminal';
import { saying } from './waiting';

const COMMAND = {
  usage: `npm run test-channels [-- options]

Sends a test message to every channel of ALERT_CHANNELS from this machine, and says what to mend.

${envFileUsage(19)}
  --help             show this`,
  options: ENV_FILE_OPTIONS,
} as const;

export interface TestChannelsOptions {
  readonly args: readonly string[];
  /** Where s.yaml and .env are. */
  readonly folder: string;
  /** The person's own environment, which wins over .env. */
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** As long as the deployed function has for it. */
const DEADLINE_MS = 15_000;

/** Resolves to the exit code: 0 when every channel has taken its message. Rejects with an Error for people. */
export async function testConfiguredChannels(options: TestChannelsOptions): Promise<number> {
  const { args, folder, env, terminal, clock } = options;
  const given = readOptions(args, COMMAND, terminal.print);
  if (given === null) return 0;
  const envFile = await chooseEnvFile(folder, given.values);
  const { functionSet, fromShell } = await readSettings(folder, env, { envFile });
  if (envFile.isChosen) terminal.print(`The settings are from ${envFile.name}.`);
  if (fromShell.length > 0) terminal.print(`From this shell instead: ${fromShell.join(', ')}.`);
  const watch = declaredFunction(functionSet, 'watch-robot-tasks');
  let configuration: Configuration;
  try {
    configuration = readConfiguration(watch.environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { variable, message } of error.problems) terminal.print(`✗ ${variable} ${message}.`);
    terminal.print(`Nothing was sent. ${whereSettingsAre(functionSet)}`);
    return 1;
  }

  const log = createLogger('error', () => configurationSecrets(configuration));
  const channels = await channelOpener(configuration, clock)();
  const { heartbeatUrl } = configuration;
  const heartbeat = heartbeatUrl === null ? null : createHeartbeat(heartbeatUrl, clock);
  const tested = await saying(terminal, 'the channels', () =>
    testChannels(channels, heartbeat, clock.now() + DEADLINE_MS, { clock, log }),
  );
  const { channels: verdicts } = tested;
  const width = Math.max(...channels.map(({ id, type }) => `${id} (${type})`.length));
  for (const { id, type } of channels) {
    const verdict = verdicts[id];
    const name = `${id} (${type})`.padEnd(width);
    if (verdict === undefined) continue;
    if (verdict.ok) terminal.print(`✓ ${name}  has taken a test message: look whether it is there.`);
    else
      terminal.print(
        `✗ ${name}  ${printable(verdict.reason)}${verdict.permanent ? '' : ' (This may pass: try again.)'}`,
      );
  }
  if (tested.heartbeat?.ok === true) terminal.print('✓ HEARTBEAT_URL  takes its call.');
  if (tested.heartbeat?.ok === false)
    terminal.print(`✗ HEARTBEAT_URL  ${printable(tested.heartbeat.reason)}`);
  const isWell = Object.values(verdicts).every(({ ok }) => ok) && tested.heartbeat?.ok !== false;
  return isWell ? 0 : 1;
}

if (require.main === module) {
  runCommand(() =>
    testConfiguredChannels({
      args: process.argv.slice(2),
      folder: process.cwd(),
      env: process.env,
      terminal: createTerminal(),
      clock: systemClock,
    }),
  );
}
