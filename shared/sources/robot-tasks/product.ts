import type { RobotTaskDetail, RobotTaskFilter, RobotTaskPage } from '../../robot-task';
import type { Envelope } from '../openapi/envelope';

/** What one product's API for robot tasks has of its own; all the rest is in robot-tasks.ts. */
export interface Product {
  /** The API's version. */
  readonly version: string;
  readonly list: {
    readonly action: string;
    /** The inputs, without the page. Only those filters are given that the source has (task-source.ts). */
    readonly queryOf: (filter: RobotTaskFilter) => Readonly<Record<string, string>>;
    /** Throws a 'malformed' error, which holds the tasks that could be read: nothing is dropped. */
    readonly read: (envelope: Envelope) => RobotTaskPage;
  };
  readonly detail: {
    readonly action: string;
    readonly queryOf: (id: string) => Readonly<Record<string, string>>;
    /** The task that was asked for, or null when there is none. Throws a 'malformed' error. */
    readonly read: (envelope: Envelope, askedId: string) => RobotTaskDetail | null;
  };
  readonly start: { readonly action: string };
}
