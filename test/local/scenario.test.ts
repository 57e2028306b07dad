import { castTasks, playScenario } from '../../local/scenario';
import type { PollSummary } from '../../local/poll-summary';
import { createTaskStore } from '../../local/simulator/world/tasks';
import { STOPPED_STATUSES } from '../../shared/robot-task';

const NOW = Date.UTC(2026, 0, 2, 3);
const HOUR = 3_600_000;

describe('the tasks of the demonstration', () => {
  it('are plenty, and none of them is stopped now or later by itself', () => {
    let now = NOW;
    const tasks = createTaskStore(() => now);
    castTasks(tasks, NOW);
    expect(tasks.list().length).toBeGreaterThan(10);
    for (; now < NOW + 7 * 24 * HOUR; now += HOUR / 6) {
      for (const status of STOPPED_STATUSES) expect(tasks.list({ status })).toEqual([]);
    }
  });

  it('include two that run, in the middle of their calls', () => {
    const { hero, bystander } = castTasks(
      createTaskStore(() => NOW),
      NOW,
    );
    expect(hero).toMatchObject({ status: 'EXCUTING', totalCount: 1000, finishCount: 640 });
    expect(bystander).toMatchObject({ status: 'EXCUTING', totalCount: 5000, finishCount: 2400 });
  });
});

describe('the story', () => {
  it('stops the task after a poll, lets it run again after a reminder, and ends with the recovery', async () => {
    const tasks = createTaskStore(() => NOW);
    const { hero } = castTasks(tasks, NOW);
    const told: string[] = [];
    const none = { stopped: 0, fired: 0, repeated: 0, resolved: 0 };
    const polls: [PollSummary, string][] = [
      [none, 'EXCUTING'],
      [none, 'ARREARS_STOP'],
      [{ ...none, stopped: 1, fired: 1 }, 'ARREARS_STOP'],
      [{ ...none, stopped: 1 }, 'ARREARS_STOP'],
      [{ ...none, stopped: 1, repeated: 1 }, 'ARREARS_STOP'],
      [none, 'EXCUTING'],
      [{ ...none, resolved: 1 }, 'EXCUTING'],
    ];
    const statuses: (string | undefined)[] = [];
    await playScenario({
      source: 'dyvms',
      tasks,
      hero,
      tell: (line) => told.push(line),
      nextPoll() {
        const [poll] = polls[statuses.length] ?? [none];
        statuses.push(tasks.get(hero.id)?.status);
        return Promise.resolve(poll);
      },
    });
    expect(statuses).toEqual(polls.map(([, status]) => status));
    expect(told).toEqual([
      `Task ${hero.id} falls into ARREARS_STOP. The next poll tells the groups.`,
      'It stays stopped. A reminder follows.',
      'The account is topped up: the task runs again.',
      expect.stringMatching(/^That was the story\./) as string,
    ]);
  });
});
