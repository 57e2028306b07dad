/** Has the deployed watch send a test message to every channel, through Function Compute's API. */
import * as v from 'valibot';
import type { Clock } from '../../shared/runtime/clock';
import { AlibabaCloudError, type ApiAnswer, type CallApi } from '../alibaba-cloud';
import type { Service } from '../services';
import { notesOnDeployedRoots } from '../roots';
import { fails, note, works, type Finding } from './finding';

/** The function's own timeout is 50 s, and a cold start comes before it. */
const INVOCATION_TIMEOUT_MS = 70_000;
const MAX_TRIES = 4;
const PAUSE_MS = 10_000;
/** How Function Compute says that the one instance is busy with a poll. */
const BUSY = /Throttled|Exhausted|Concurren|TooMany/i;

const verdictsSchema = v.object({
  channels: v.record(v.string(), v.object({ ok: v.boolean(), reason: v.optional(v.string(), '') })),
});
const errorSchema = v.object({ errorMessage: v.string() });

/** One finding for each channel, and notes; or one finding for what is in the way. Never rejects. */
export async function checkWatch(
  callApi: CallApi,
  service: Service,
  functionName: string,
  clock: Clock,
): Promise<Finding[]> {
  try {
    const answer = await invoke(callApi, service, functionName, clock);
    const body = v.parse(v.pipe(v.string(), v.parseJson()), answer.body);
    // A plain invocation that fails is a 200 with this header.
    if (answer.headers['x-fc-error-type'] !== undefined) {
      const error = v.safeParse(errorSchema, body);
      const reason = error.success ? error.output.errorMessage : 'it gives no reason';
      return [fails(`The watch fails: ${reason} Correct .env and run npm run deploy.`)];
    }
    const { channels } = v.parse(verdictsSchema, body);
    const verdicts = Object.entries(channels).map(([id, { ok, reason }]) =>
      ok
        ? works(`Channel ${id} has taken a test message: look whether it is there.`)
        : fails(`Channel ${id} has not taken a test message: ${reason}`),
    );
    return [...verdicts, ...notesOnDeployedRoots(logOf(answer), clock.now()).map(note)];
  } catch (error) {
    return [fails(`The watch could not be asked. ${explain(error)}`)];
  }
}

async function invoke(
  callApi: CallApi,
  service: Service,
  functionName: string,
  clock: Clock,
): Promise<ApiAnswer> {
  const pathname = `/${service.version}/functions/${encodeURIComponent(functionName)}/invocations`;
  const roa = {
    method: 'POST',
    pathname,
    body: { test: 'channels' },
    headers: { 'x-fc-log-type': 'Tail' },
  } as const;
  for (let tries = 1; ; tries += 1) {
    try {
      return await callApi(service, {
        action: 'InvokeFunction',
        roa,
        timeoutMs: INVOCATION_TIMEOUT_MS,
      });
    } catch (error) {
      const isBusy = error instanceof AlibabaCloudError && BUSY.test(error.code);
      if (!isBusy || tries === MAX_TRIES) throw error;
      await clock.sleep(PAUSE_MS);
    }
  }
}

/** The last of what the function logged: https://help.aliyun.com/zh/functioncompute/fc/developer-reference/api-fc-2023-03-30-invokefunction */
function logOf({ headers }: ApiAnswer): string {
  const packed = headers['x-fc-log-result'];
  return typeof packed === 'string' ? Buffer.from(packed, 'base64').toString('utf8') : '';
}

function explain(error: unknown): string {
  if (!(error instanceof AlibabaCloudError)) return 'What it answered is not in the form that was expected.';
  if (error.code.includes('FunctionNotFound'))
    return 'There is no such function in this region: run npm run deploy.';
  return error.message;
}
