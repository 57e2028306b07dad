import type { OperatorsRecord } from '../../../shared/operators/record';
import type { Clock } from '../../../shared/runtime/clock';
import type { Logger } from '../../../shared/runtime/log';
import type { RobotTasks } from '../../../shared/robot-task';
import type { WatchState } from '../../../shared/state/state';
import type { DocumentStore, ReadDocument } from '../../../shared/documents/store';
import type { Caller, Operator } from './auth';
import type { HttpRequest, HttpResponse } from './http';
import type { Keeper } from './keeper';
import { ProblemError } from './problem';

/** What belongs to one call. */
export interface Call {
  /** Stands in the answer and in the log; visible ASCII. */
  readonly requestId: string;
  /** Epoch milliseconds by which upstream must have answered. */
  readonly deadline: number;
  /** Null when there are no credentials to ask with. */
  readonly robotTasks: RobotTasks | null;
  /** Calls made to upstream so far for this call. */
  readonly upstreamCalls: () => number;
}

/** What the routes share: one per instance. */
export interface Services {
  /** A file that lies beside the bundle. Read when it is first asked for. */
  readonly readBeside: (file: 'page.html' | 'page.html.gz' | 'page.csp' | 'openapi.json') => Promise<Buffer>;
  /** Reads what the watch saved; null where no state is shared. Loaded when it is first asked for. */
  readonly readState: ReadDocument<WatchState> | null;
  /** What operators did; null where no state is shared, and where there is no operator. Opened when it is first asked for. */
  readonly openRecord: (() => Promise<DocumentStore<OperatorsRecord>>) | null;
  readonly keeper: Keeper;
  readonly sleep: Clock['sleep'];
  readonly log: Logger;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** One path with one method. */
export type Route = ReadRoute | OperatorRoute;

/** anyone: without a credential. reader: with any. */
export interface ReadRoute extends RouteOf<Caller> {
  readonly who: 'anyone' | 'reader';
}

/** For who may do more than read: everybody else is refused before it is asked. */
export interface OperatorRoute extends RouteOf<Operator> {
  readonly who: 'operator';
}

interface RouteOf<Who extends Caller> {
  /** A segment in braces takes any value. */
  readonly path: `/${string}`;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Rejects with a ProblemError, a RobotTaskError or a StoreError where there is no good answer. */
  readonly answer: (question: Question<Who>) => Promise<HttpResponse> | HttpResponse;
}

/** One request, as its route gets it. */
export interface Question<Who extends Caller = Caller> {
  readonly request: HttpRequest;
  /** What stands in the braced segments, by name; decoded. */
  readonly params: ReadonlyMap<string, string>;
  readonly call: Call;
  readonly caller: Who;
  readonly services: Services;
}

/** What can be asked for tasks. Throws a ProblemError when there are no credentials for it. */
export function robotTasksOf({ robotTasks }: Call): RobotTasks {
  if (robotTasks !== null) return robotTasks;
  throw new ProblemError('not-configured', {
    en: 'There are no credentials to ask upstream with. Give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.',
    'zh-CN':
      '没有调用语音服务接口的密钥：请给函数配置角色，或者设置 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET。',
  });
}
