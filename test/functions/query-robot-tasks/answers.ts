import type { HttpAnswer } from '../../../functions/query-robot-tasks/http/http-event';
import type { ProblemDocument } from '../../../functions/query-robot-tasks/answers/problem';
import type { RobotTask } from '../../../shared/robot-task';

export interface TaskListDocument {
  readonly tasks: readonly RobotTask[];
  readonly page: number;
  readonly pageSize: number;
  readonly total: number | null;
  readonly requestId: string;
}

/** The answer's header, whatever the case of its name. */
export function header(answer: HttpAnswer, name: string): string | undefined {
  return Object.entries(answer.headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

export function tasksOf(answer: HttpAnswer): TaskListDocument {
  expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: false });
  return JSON.parse(answer.body) as TaskListDocument;
}

export function problemOf(answer: HttpAnswer): ProblemDocument {
  expect(header(answer, 'content-type')).toBe('application/problem+json');
  const problem = JSON.parse(answer.body) as ProblemDocument;
  expect(problem.status).toBe(answer.statusCode);
  return problem;
}

/** What every answer is, whatever it says. */
export function expectWholeAnswer(answer: HttpAnswer, requestId: string | RegExp): void {
  expect(header(answer, 'x-request-id')).toMatch(requestId);
  expect(header(answer, 'cache-control')).toBe('no-store');
  expect(header(answer, 'x-content-type-options')).toBe('nosniff');
  expect(header(answer, 'content-security-policy')).toContain("default-src 'none'");
  expect(header(answer, 'strict-transport-security')).toMatch(/^max-age=\d+/);
  for (const value of Object.values(answer.headers)) expect(typeof value).toBe('string');
  expect(Object.keys(answer.headers).join()).not.toMatch(
    /x-fc-|connection|content-length|(^|,)date|keep-alive|server|upgrade/i,
  );
}
