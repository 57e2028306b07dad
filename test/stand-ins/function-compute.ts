/** Invocations through Function Compute's API 2023-03-30, as in the official SDK @alicloud/fc20230330. */
import { Refusal, type StandInAction } from './alibaba-cloud';

export interface FunctionComputeState {
  /** What a function does with an event, by its name. A thrown Error is the function's, a Refusal the service's. */
  readonly functions: Map<string, (event: string) => unknown>;
  /** What it logs meanwhile: handed out to who asks for the end of the log. */
  readonly log?: () => string;
}

export function functionComputeActions({
  functions,
  log = () => '',
}: FunctionComputeState): Readonly<Record<string, StandInAction>> {
  return {
    '2023-03-30 InvokeFunction': ({ path, headers, body }) => {
      const [, name = ''] = /^\/2023-03-30\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
      const invoke = functions.get(decodeURIComponent(name));
      if (invoke === undefined)
        throw new Refusal(404, 'FunctionNotFound', `function '${name}' does not exist`);
      try {
        const tail = Buffer.from(log()).toString('base64');
        const asked = headers['x-fc-log-type'] === 'Tail' ? { 'X-Fc-Log-Result': tail } : {};
        return { headers: asked, body: invoke(body) };
      } catch (error) {
        if (error instanceof Refusal) throw error;
        const { name: errorType, message: errorMessage } = error as Error;
        return {
          headers: { 'X-Fc-Error-Type': 'UnhandledInvocationError' },
          body: { errorMessage, errorType, stackTrace: [] },
        };
      }
    },
  };
}
