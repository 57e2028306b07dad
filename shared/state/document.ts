import { decodeDocument, type Decoded, type DocumentKind } from './document-kind';
import { firstStateSchema, stateSchema } from './document-schema';
import type { LastSent, WatchState } from './state';

const SCHEMA_VERSION = 2;
const SCHEMAS = new Map([
  [1, firstStateSchema],
  [SCHEMA_VERSION, stateSchema],
]);

/** What the watch remembers, as a store keeps it. */
export const stateKind: DocumentKind<WatchState> = {
  name: { en: 'The state', 'zh-CN': '状态' },
  describe: ({ tasks }) => ({
    en: `The state of ${tasks.length} tasks`,
    'zh-CN': `${tasks.length} 个任务的状态`,
  }),
  encode: encodeState,
  decode: decodeState,
  doubt: doubtState,
};

/** The state as a JSON document, one task a line so that a person can search and compare it. */
export function encodeState(state: WatchState, saveId: string): string {
  const { tasks, ...rest } = state;
  const lines = tasks.map((task) => JSON.stringify(task)).join(',\n');
  const head = JSON.stringify({ schemaVersion: SCHEMA_VERSION, saveId, ...rest });
  return `${head.slice(0, -1)},"tasks":[\n${lines}\n]}\n`;
}

export function decodeState(bytes: Uint8Array): Decoded<WatchState> {
  return decodeDocument(bytes, SCHEMAS);
}

function doubtState(state: WatchState): WatchState {
  const doubted = <T extends LastSent>(sent: readonly T[]) =>
    sent.map((one): T => ({ ...one, uncertain: true }));
  return {
    ...state,
    tasks: state.tasks.map((tracked) => ({ ...tracked, sent: doubted(tracked.sent) })),
    failures: state.failures.map((failure) => ({ ...failure, sent: doubted(failure.sent) })),
  };
}
