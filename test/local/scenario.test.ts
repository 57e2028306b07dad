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
  it('reminds of the task that nobody takes, has another one taken, and both run again', async () => {
    const tasks = createTaskStore(() => NOW);
    const { hero, second } = castTasks(tasks, NOW);
    const told: string[] = [];
    const acts: string[] = [];
    const none = { stopped: 0, fired: 0, repeated: 0, resolved: 0 };
    const both = { ...none, stopped: 2 };
    const polls: [PollSummary, hero: string, second: string][] = [
      [none, 'EXCUTING', 'EXCUTING'],
      [none, 'ARREARS_STOP', 'EXCUTING'],
      [{ ...none, stopped: 1, fired: 1 }, 'ARREARS_STOP', 'EXCUTING'],
      [{ ...none, stopped: 1 }, 'ARREARS_STOP', 'EXCUTING'],
      [{ ...none, stopped: 1, repeated: 1 }, 'ARREARS_STOP', 'EXCUTING'],
      [{ ...none, stopped: 1 }, 'ARREARS_STOP', 'ARREARS_STOP'],
      [{ ...both, fired: 1 }, 'ARREARS_STOP', 'ARREARS_STOP'],
      [both, 'ARREARS_STOP', 'ARREARS_STOP'],
      [{ ...both, resolved: 1 }, 'EXCUTING', 'ARREARS_STOP'],
      [{ ...none, resolved: 1 }, 'EXCUTING', 'EXCUTING'],
    ];
    const statuses: (string | undefined)[][] = [];
    await playScenario({
      source: 'dyvms',
      ...{ tasks, hero, second },
      colleague: {
        take(id) {
          acts.push(`take ${id} after poll ${statuses.length}`);
          return Promise.resolve();
        },
        start(id) {
          acts.push(`start ${id} after poll ${statuses.length}`);
          tasks.setStatus(id, 'EXCUTING');
          return Promise.resolve();
        },
      },
      tell: (line) => told.push(line),
      nextPoll() {
        const [poll] = polls[statuses.length] ?? [none];
        statuses.push([hero, second].map(({ id }) => tasks.get(id)?.status));
        return Promise.resolve(poll);
      },
    });
    expect(statuses).toEqual(polls.map(([, ...expected]) => expected));
    expect(acts).toEqual([`take ${second.id} after poll 7`, `start ${second.id} after poll 9`]);
    expect(told).toEqual([
      `Task ${hero.id} falls into ARREARS_STOP. The next poll tells the groups.`,
      'It stays stopped, and nobody takes it. A reminder follows.',
      `Task ${second.id} stops, too. A colleague takes it on the page.`,
      'The account is topped up: the task runs again.',
      'The colleague starts the other one.',
      expect.stringMatching(/^That was the story\./) as string,
    ]);
  });
});
