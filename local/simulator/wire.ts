/** How Dyvmsapi and the gateway before it write their answers. */
import { stringify } from 'lossless-json';
import type { RobotTask } from '../../shared/robot-task';
import type { SimulatedTask } from './world/life';

/** An HTTP answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the log of calls: the Code in it, or what else it is. */
  readonly outcome: string;
}

/** What names the request and the host in every answer. */
export interface Envelope {
  readonly requestId: string;
  readonly host: string;
}

export const JSON_TYPE = 'application/json;charset=utf-8';

/** JSON in which a bigint is written as a number with all its digits. */
export function toJson(value: unknown): string {
  return stringify(value) ?? 'null';
}

export function jsonAnswer(status: number, body: unknown, outcome: string): Answer {
  return { status, headers: { 'content-type': JSON_TYPE }, body: toJson(body), outcome };
}

/** A refusal by the gateway, before or instead of the product. */
export function gatewayError({ requestId, host }: Envelope, status: number, code: string, message: string) {
  const recommend = `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(code)}&product=Dyvmsapi&requestId=${requestId}`;
  return jsonAnswer(
    status,
    { RequestId: requestId, HostId: host, Code: code, Message: message, Recommend: recommend },
    code,
  );
}

/** A refusal by the product itself: the same envelope as success has, by default at HTTP 200. */
export function productError({ requestId }: Envelope, status: number, code: string, message: string) {
  return jsonAnswer(status, { Message: message, RequestId: requestId, Code: code }, code);
}

/** A task as an element of the list's Data: ids as int64, times `yyyy.MM.dd HH:mm:ss`. */
export function listElement(source: SimulatedTask, task: RobotTask): Record<string, unknown> {
  return {
    id: BigInt(task.id),
    taskName: task.taskName,
    robotId: BigInt(source.robotId),
    robotName: task.robotName,
    status: task.status,
    scheduleType: task.scheduleType,
    createTime: dotted(task.createTime),
    ...writeTime('completeTime', task.completeTime, source, dotted),
    ...writeTime('fireTime', task.fireTime, source, dotted),
    totalCount: task.totalCount,
    finishCount: task.finishCount,
  };
}

/** A task as the detail's Data: times `yyyy-MM-dd HH:mm:ss`, no counts. */
export function detailElement(source: SimulatedTask, task: RobotTask): Record<string, unknown> {
  return {
    id: BigInt(task.id),
    taskName: task.taskName,
    robotId: BigInt(source.robotId),
    robotName: task.robotName,
    corpName: source.corpName,
    caller: source.caller,
    status: task.status,
    scheduleType: task.scheduleType,
    createTime: dashed(task.createTime),
    ...writeTime('fireTime', task.fireTime, source, dashed),
    ...writeTime('completeTime', task.completeTime, source, dashed),
    called: source.called,
  };
}

/** Absent times are written in three ways: null, an empty string, or not at all. */
function writeTime(
  name: string,
  time: string | null,
  { absentTime }: SimulatedTask,
  write: (time: string) => string | null,
): Record<string, unknown> {
  if (time !== null) return { [name]: write(time) };
  if (absentTime === 'missing') return {};
  return { [name]: absentTime === 'empty' ? '' : null };
}

function dashed(isoTime: string | null): string | null {
  return isoTime === null ? null : isoTime.slice(0, 19).replace('T', ' ');
}

function dotted(isoTime: string | null): string | null {
  return dashed(isoTime)?.replaceAll('-', '.') ?? null;
}
