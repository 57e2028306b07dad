/** What operators do beside starting: take, mute and give back; and that a start is recorded. Loaded when it is asked for. */
import { beijingIso } from '../../../shared/beijing-time';
import {
  bounded,
  KEPT_OVER_MS,
  MOST_OVER,
  type Acknowledgement,
  type OperatorsRecord,
  type Stop,
} from '../../../shared/operators/record';
import { stands } from '../../../shared/state/state';
import type { Text } from '../../../shared/text';
import type { Operator } from '../http/auth';
import { jsonResponse, type HttpResponse } from '../http/http';
import { languageOf } from '../http/language';
import { ProblemError } from '../http/problem';
import type { Question } from '../http/route';
import { parseTaskId, refuseParameters } from '../listing/parameters';
import { manyBody, oneBody, parseBody } from './body';
import { changeRecord } from './change-record';
import { giveBack, take } from './take';

type OperatorQuestion = Question<Operator>;

/** `POST /acknowledge`: takes or mutes many tasks with one read and one write. */
export async function acknowledgeMany(question: OperatorQuestion): Promise<HttpResponse> {
  const { request, services } = question;
  refuseParameters(request.query);
  const { ids, until } = parseBody(request.body, manyBody(services.now()));
  const { acknowledged, refused } = await acknowledge(question, [...new Set(ids)], until);
  const reason = NOT_SEEN[languageOf(request.headers.get('accept-language'))];
  return jsonResponse(
    JSON.stringify({ acknowledged: acknowledged.map(shown), refused: refused.map((id) => ({ id, reason })) }),
  );
}

/** `POST /tasks/{id}/acknowledge`: takes or mutes one. */
export async function acknowledgeOne(question: OperatorQuestion): Promise<HttpResponse> {
  const { request, params, services } = question;
  const id = parseTaskId(params.get('id') ?? '', request.query);
  const { until } = parseBody(request.body, oneBody(services.now()));
  const { acknowledged } = await acknowledge(question, [id], until);
  const [entry] = acknowledged;
  if (entry !== undefined) return jsonResponse(JSON.stringify(shown(entry)));
  throw new ProblemError('acknowledge-refused', {
    en: `The task cannot be taken: ${NOT_SEEN.en}.`,
    'zh-CN': `无法接手这个任务：${NOT_SEEN['zh-CN']}。`,
  });
}

/** `DELETE /tasks/{id}/acknowledge`: whoever holds it, nobody does any more. */
export async function takeBack(question: OperatorQuestion): Promise<HttpResponse> {
  const { request, params, call, services } = question;
  const id = parseTaskId(params.get('id') ?? '', request.query);
  await changeRecord(await keepingOf(question), (record) => giveBack(record, id), call.deadline);
  services.log.info({ ...lineOf(question), tasks: 1, taskIds: [id] }, 'tasks given back');
  return { status: 204, headers: {}, body: '' };
}

/** Whoever started a task waits for no more than that. */
const LONGEST_MS = 5_000;

/** Notes a start that upstream took. False where that failed: the task is started all the same. */
export async function recordStart(question: OperatorQuestion, id: string): Promise<boolean> {
  const { call, caller, services } = question;
  const now = services.now();
  try {
    await changeRecord(
      await keepingOf(question),
      async (record) => {
        const started = [{ id, by: caller.by, at: now }, ...record.started];
        const next = { ...record, started };
        const isFull = started.length > MOST_OVER || started.some(({ at }) => now - at >= KEPT_OVER_MS);
        // Only whoever has to drop something needs to know what stands.
        return isFull ? bounded(next, await standing(question).catch(() => null), now) : next;
      },
      Math.min(call.deadline, now + LONGEST_MS),
    );
    return true;
  } catch (error) {
    services.log.warn({ ...lineOf(question), taskId: id, err: error }, 'a start was not recorded');
    return false;
  }
}

const NOT_SEEN: Text = { en: 'the watch has not seen it yet', 'zh-CN': '监控还没有看到它停止' };

interface Outcome {
  readonly acknowledged: readonly Acknowledgement[];
  /** The ids of tasks that do not stand in what the watch saved last. */
  readonly refused: readonly string[];
}

async function acknowledge(
  question: OperatorQuestion,
  ids: readonly string[],
  until: number | null,
): Promise<Outcome> {
  const { call, caller, services } = question;
  const keeping = await keepingOf(question);
  const now = services.now();
  const stops = await standing(question);
  const asked = ids.flatMap((id) => stops.get(id) ?? []);
  const change = (record: OperatorsRecord) => {
    const next = take(record, asked, { by: caller.by, until }, now);
    return next === record ? record : bounded(next, stops, now);
  };
  const record = asked.length === 0 ? null : await changeRecord(keeping, change, call.deadline);
  const held = new Map(record?.acknowledged.map((entry) => [entry.id, entry]));
  const outcome = {
    acknowledged: asked.flatMap(({ id }) => held.get(id) ?? []),
    refused: ids.filter((id) => !stops.has(id)),
  };
  const taskIds = asked.slice(0, MOST_LOGGED).map(({ id }) => id);
  const end = until === null ? null : beijingIso(until);
  services.log.info(
    { ...lineOf(question), tasks: asked.length, taskIds, refused: outcome.refused.length, until: end },
    'tasks acknowledged',
  );
  return outcome;
}

const MOST_LOGGED = 20;

function lineOf({ call, caller }: OperatorQuestion) {
  return { requestId: call.requestId, operator: caller.fingerprint, name: caller.name };
}

/** What stands, by id, as the watch saved it last. */
async function standing({ call, services }: OperatorQuestion): Promise<ReadonlyMap<string, Stop>> {
  const state = (await services.readState?.(call.deadline)) ?? null;
  const stops = (state?.tasks ?? []).filter(stands);
  return new Map(stops.map(({ task: { id }, condition, since }) => [id, { id, condition, since }]));
}

async function keepingOf({ services }: OperatorQuestion) {
  const { openRecord, sleep, log } = services;
  if (openRecord === null) {
    throw new ProblemError('no-shared-state', {
      en: 'The watch shares no state: set STATE_STORE to Tablestore or to a file for both functions.',
      'zh-CN': '监控没有共享状态：请为两个函数把 STATE_STORE 设为表格存储或文件。',
    });
  }
  return { store: await openRecord(), sleep, log };
}

function shown({ id, by, at, until }: Acknowledgement) {
  return { id, by, at: beijingIso(at), until: until === null ? null : beijingIso(until) };
}
