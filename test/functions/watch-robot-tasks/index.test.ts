/** The built function, from the event to the group's message. */
import { SOURCES } from '../../../shared/robot-task';
import { SOURCE_TRAITS } from '../../../shared/task-source';
import { CONTEXT, createSurroundings, type Surroundings } from './watch-instance';

describe.each(SOURCES)('with the source %s,', (source) => {
  let around: Surroundings;
  /** By default. */
  const watched = source === 'aiccs' ? 1 : 2;

  beforeEach(async () => {
    around = await createSurroundings(undefined, source);
  });
  afterEach(() => around.close());

  const TIMER = JSON.stringify({ triggerTime: '2026-03-02T02:15:00Z', triggerName: 'timer', payload: '' });

  /** The log lines of an instance, parsed. */
  function lines(output: string): Record<string, unknown>[] {
    return output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The lines of polls. */
  const polls = (output: string) => lines(output).filter(({ msg }) => String(msg).startsWith('polled'));

  test('the log says once which statuses of the default no task of the source has', async () => {
    const instance = around.start();
    await instance.invoke(TIMER, CONTEXT);
    await instance.invoke(TIMER, CONTEXT);
    const notes = lines(instance.output).filter(({ msg }) => String(msg).startsWith('not watched'));
    expect(notes).toEqual(
      SOURCE_TRAITS[source].statuses.includes('ARREARS_STOP')
        ? []
        : [expect.objectContaining({ level: 'info', source, statuses: ['ARREARS_STOP'] })],
    );
  });

  test('a stop and its end reach the groups through the real client and the real adapters', async () => {
    const { simulator, inbox, beats } = around;
    const { id } = simulator.tasks.add({ status: 'SYSTEM_STOP', taskName: '春季回访' });
    const instance = around.start();
    const summary = {
      polled: watched,
      stopped: 1,
      fired: 1,
      repeated: 0,
      resolved: 0,
      delivered: { ops: 1, dev: 1 },
      failed: {},
    };
    await expect(instance.invoke(TIMER, CONTEXT)).resolves.toEqual(summary);
    expect(inbox.messages.map(({ channel }) => channel).sort()).toEqual(['dev', 'ops']);
    expect(inbox.messages[0]?.text).toContain('春季回访');

    // The instance remembers by itself what it told, though it has no store.
    await expect(instance.invoke(TIMER, CONTEXT)).resolves.toMatchObject({ fired: 0, delivered: {} });
    simulator.tasks.setStatus(id, 'EXCUTING');
    await expect(instance.invoke(TIMER, CONTEXT)).resolves.toMatchObject({
      stopped: 0,
      resolved: 1,
      delivered: { ops: 1, dev: 1 },
    });
    expect(inbox.messages).toHaveLength(4);
    expect(beats).toEqual(['/marked-heartbeat', '/marked-heartbeat', '/marked-heartbeat']);
    expect(polls(instance.output)[0]).toMatchObject({
      ...summary,
      level: 'info',
      requestId: CONTEXT.requestId,
      state: 'saved',
      upstreamCalls: watched,
    });
  });

  test('a poll that cannot list every status tells what it knows, reports /fail and ends with an error', async () => {
    const { simulator, inbox, beats } = around;
    simulator.tasks.add({ status: 'SYSTEM_STOP' });
    simulator.setFaults([
      { when: { skip: 1 }, then: { fault: 'code', code: 'isv.ACCOUNT_ABNORMAL', httpStatus: 200 } },
    ]);
    const instance = around.start({ WATCH_STATUSES: 'SYSTEM_STOP,MANUAL_STOP' });
    await expect(instance.invoke(TIMER, CONTEXT)).rejects.toMatchObject({
      name: 'PollError',
      message: expect.stringMatching(
        /^The poll is incomplete\. \(stopped by (?:hand|the system)\) The voice service refuses the account.*isv\.ACCOUNT_ABNORMAL/,
      ) as unknown,
    });
    expect(beats).toEqual(['/marked-heartbeat/fail']);
    const [line] = polls(instance.output);
    expect(line).toMatchObject({ level: 'error', polled: 1, problems: [expect.any(String)] });
    expect(inbox.messages).toHaveLength((line?.['fired'] as number) * 2);
  });

  test('without any keys, the error says how to give some', async () => {
    const instance = around.start();
    await expect(instance.invoke(TIMER, { ...CONTEXT, credentials: {} })).rejects.toThrow(
      /There are no credentials.*give the function a role/,
    );
  });

  test('a wrong configuration fails the invocation and the log with every problem, and polls nothing', async () => {
    const instance = around.start({
      ALERT_REPEAT_INTERVAL: 'marked',
      STATE_STORE: 'marked',
      ALERT_CHANNELS: '[{"type":"dingtalk","url":"marked"}]',
    });
    const failed = instance.invoke(TIMER, CONTEXT);
    await expect(failed).rejects.toMatchObject({ name: 'ConfigurationError' });
    await expect(failed).rejects.toThrow(/ALERT_CHANNELS .*ALERT_REPEAT_INTERVAL .*STATE_STORE /);
    expect(lines(instance.output)).toMatchObject([
      { level: 'error', requestId: CONTEXT.requestId, msg: 'cannot start' },
    ]);
    expect(instance.output).toContain('STATE_STORE');
    expect(instance.output).not.toContain('marked');
    expect(around.simulator.calls).toHaveLength(0);
  });

  test('an event that means nothing is refused, and the next timer event polls', async () => {
    const instance = around.start();
    await expect(instance.invoke('{"test":"everything"}', CONTEXT)).rejects.toThrow('{"test":"channels"}');
    await expect(instance.invoke(TIMER, CONTEXT)).resolves.toMatchObject({ polled: watched });
  });

  test('testing the channels gives a verdict for each with what to mend, and polls nothing', async () => {
    const instance = around.start();
    around.inbox.setFault('dev', { fault: 'answer', status: 404, body: 'no such robot' });
    await expect(instance.invoke('{"test":"channels"}', CONTEXT)).resolves.toEqual({
      channels: {
        ops: { ok: true },
        dev: { ok: false, permanent: true, reason: expect.stringMatching(/\S/) as unknown },
      },
      heartbeat: { ok: true },
    });
    expect(around.inbox.messages.map(({ channel }) => channel)).toEqual(['ops']);
    expect(around.simulator.calls).toHaveLength(0);
  });

  test('whatever goes wrong, no secret comes out', async () => {
    const { simulator, inbox } = around;
    simulator.tasks.add({ status: 'SYSTEM_STOP' });
    const instance = around.start({ LOG_LEVEL: 'trace', STATE_STORE: 'file:/proc/nowhere/state.json' });
    inbox.setFault('ops', { fault: 'reset' });
    inbox.setFault('dev', { fault: 'answer', status: 500, body: JSON.stringify(inbox.channels()) });
    around.answerBeat = (_, response) => response.writeHead(500).end();
    const hurried = { ...CONTEXT, function: { ...CONTEXT.function, timeout: 5 } };
    const outcomes: string[] = [];
    for (const fault of [{ fault: 'omit-total' }, { fault: 'broken', as: 'html-502' }] as const) {
      simulator.setFaults([{ then: fault }]);
      outcomes.push(await instance.invoke(TIMER, hurried).then(String, String));
    }
    expect(outcomes).toEqual([expect.stringContaining('PollError'), expect.stringContaining('PollError')]);
    expect(instance.output).toContain('the heartbeat was not received');
    const secrets = inbox.channels().flatMap(({ url, secret = '' }) => {
      const { pathname, searchParams } = new URL(url);
      return [...pathname.split('/'), ...searchParams.values(), secret].filter((piece) => piece.length > 20);
    });
    expect(secrets).toHaveLength(4);
    for (const secret of [...secrets, 'marked-heartbeat', CONTEXT.credentials.accessKeySecret]) {
      expect(instance.output + outcomes.join()).not.toContain(secret);
    }
  });
});
