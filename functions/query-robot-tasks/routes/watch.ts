import { EMPTY_RECORD, type OperatorsRecord } from '../../../shared/operators/record';
import { taggedJson } from '../http/conditional';
import { ProblemError } from '../http/problem';
import type { Call, Route, Services } from '../http/route';
import { refuseParameters } from '../listing/parameters';

/** `GET /watch`: what the watch saved last. */
export const watchRoute = {
  path: '/watch',
  method: 'GET',
  who: 'reader',
  async answer({ request, call, services }) {
    refuseParameters(request.query);
    const [state, record] = await Promise.all([
      services.readState?.(call.deadline) ?? null,
      readRecord(services, call),
    ]);
    if (state === null) {
      throw new ProblemError(
        'no-state',
        services.readState === null
          ? {
              en: 'The watch shares no state: set STATE_STORE to Tablestore or to a file for both functions.',
              'zh-CN': '监控没有共享状态：请为两个函数把 STATE_STORE 设为表格存储或文件。',
            }
          : { en: 'The watch has saved nothing yet.', 'zh-CN': '监控还没有保存过状态。' },
      );
    }
    const { watchDocument } = await import('../watch-state/watch-document');
    const { savedAt, ...content } = watchDocument(state, record, services.now());
    return taggedJson(request, content, { before: { savedAt }, modifiedAt: state.savedAt });
  },
} as const satisfies Route;

/** So long the rest waits for the record. */
const LONGEST_MS = 5_000;

/** What stands is told whether or not anybody knows who holds it: then nobody does. */
async function readRecord({ openRecord, log, now }: Services, call: Call): Promise<OperatorsRecord> {
  try {
    const deadline = Math.min(call.deadline, now() + LONGEST_MS);
    return (await (await openRecord?.())?.read(deadline)) ?? EMPTY_RECORD;
  } catch (error) {
    log.warn({ requestId: call.requestId, err: error }, 'the record of the operators cannot be read');
    return EMPTY_RECORD;
  }
}
