/**
 * `npm run test-channels`: sends a test message to every channel of `.env` from this machine, as `{"test":"channels"}` does
 * from the deployed function, and says what to mend.
 */
import { configuredChannels } from '../functions/watch-robot-tasks/configured-channels';
import {
  configurationSecrets,
  readConfiguration,
  type Configuration,
} from '../functions/watch-robot-tasks/config';
import { testChannels } from '../functions/watch-robot-tasks/test-channels';
import { systemClock, type Clock } from '../shared/clock';
import { ConfigurationError } from '../shared/environment';
import { createLogger } from '../shared/log';
import { declaredFunction, readFunctionSet } from './function-set';
import { createTerminal, runScript, type Terminal } from './terminal';

export interface TestChannelsOptions {
  /** Where s.yaml and .env are. */
  readonly folder: string;
  readonly terminal: Terminal;
  readonly clock: Clock;
}

/** As long as the deployed function has for it. */
const DEADLINE_MS = 15_000;

/** Resolves to the exit code: 0 when every channel has taken its message. Rejects with an Error for people. */
export async function testConfiguredChannels(options: TestChannelsOptions): Promise<number> {
  const { folder, terminal, clock } = options;
  const watch = declaredFunction(await readFunctionSet(folder), 'watch-robot-tasks');
  let configuration: Configuration;
  try {
    configuration = readConfiguration(watch.environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { variable, message } of error.problems) terminal.print(`✗ ${variable} ${message}.`);
    terminal.print('Nothing was sent. The settings are in .env; .env.example explains each.');
    return 1;
  }

  const log = createLogger('error', () => configurationSecrets(configuration));
  const channels = configuredChannels(configuration, clock);
  const { channels: verdicts } = await testChannels(channels, clock.now() + DEADLINE_MS, { clock, log });
  const width = Math.max(...channels.map(({ id, type }) => `${id} (${type})`.length));
  for (const { id, type } of channels) {
    const verdict = verdicts[id];
    const name = `${id} (${type})`.padEnd(width);
    if (verdict === undefined) continue;
    if (verdict.ok) terminal.print(`✓ ${name}  has taken a test message: look whether it is there.`);
    else
      terminal.print(
        `✗ ${name}  ${verdict.reason}${verdict.permanent ? '' : ' (This may pass: try again.)'}`,
      );
  }
  return Object.values(verdicts).every(({ ok }) => ok) ? 0 : 1;
}

if (require.main === module) {
  runScript(() =>
    testConfiguredChannels({ folder: process.cwd(), terminal: createTerminal(), clock: systemClock }),
  );
}
