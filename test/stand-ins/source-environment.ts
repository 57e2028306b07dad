import type { Source } from '../../shared/robot-task';
import { SOURCE_TRAITS } from '../../shared/task-source';

/** The environment in which a function asks the `source` that answers at `endpoint`. */
export function sourceEnvironment(source: Source, endpoint: URL): Record<string, string> {
  return { TASK_SOURCE: source, [SOURCE_TRAITS[source].endpointVariable]: endpoint.href };
}
