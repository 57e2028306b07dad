import path from 'node:path';
import type { Activity, CallActivity } from '../../../local/host/activity';
import { createHost, type Host, type HostOptions } from '../../../local/host/host';

export const PROBE_SPEC = path.join(__dirname, '../../fixtures/functions/s.yaml');

export interface ProbeHost extends Host {
  readonly activities: readonly Activity[];
  readonly calls: readonly CallActivity[];
  /** Calls a function with a command for the probe; the result as text. Throws the function's own error. */
  command(functionName: string, command: Record<string, unknown>): Promise<string>;
}

/** A host with the functions of test/fixtures/functions, resolved from `env` alone. */
export async function createProbeHost(
  options: Partial<HostOptions> & { readonly env?: Record<string, string> } = {},
): Promise<ProbeHost> {
  const { env = {}, ...rest } = options;
  const activities: Activity[] = [];
  const host = await createHost({
    specFile: PROBE_SPEC,
    environment: () => env,
    port: 0,
    observe: (activity) => activities.push(activity),
    ...rest,
  });
  return {
    ...host,
    activities,
    get calls() {
      return activities.filter((activity) => activity.type === 'call');
    },
    async command(functionName, command) {
      const { outcome } = await host.invoke(functionName, JSON.stringify(command));
      if (outcome.ok) return outcome.payload.toString();
      throw new Error(outcome.kind === 'throttled' ? 'throttled' : outcome.error.errorType);
    },
  };
}
