/** Invocations through Function Compute's API 2023-03-30, as in the official SDK @alicloud/fc20230330. */
import { Refusal, type StandInAction } from './alibaba-cloud';

export interface FunctionComputeState {
  /** What a function does with an event, by its name. A thrown Error is the function's, a Refusal the service's. */
  readonly functions: Map<string, (event: string) => unknown>;
}

export function functionComputeActions({
  functions,
}: FunctionComputeState): Readonly<Record<string, StandInAction>> {
  return {
    '2023-03-30 InvokeFunction': ({ path, body }) => {
      const [, name = ''] = /^\/2023-03-30\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
      const invoke = functions.get(decodeURIComponent(name));
      if (invoke === undefined)
        throw new Refusal(404, 'FunctionNotFound', `function '${name}' does not exist`);
      try {
        return { body: invoke(body) };
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
