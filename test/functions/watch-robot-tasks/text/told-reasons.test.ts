/** Real failures, from where they arise to the Chinese of the notice. The other sentences: reasons.test.ts. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CHANNEL_TYPES } from '../../../../functions/watch-robot-tasks/channels/channel';
import {
  notAnAnswer,
  statusVerdict,
  unknownCode,
} from '../../../../functions/watch-robot-tasks/channels/verdict';
import { webhookDocument } from '../../../../functions/watch-robot-tasks/channels/webhook-document';
import { inspect } from '../../../../functions/watch-robot-tasks/inspect';
import type { Notice } from '../../../../functions/watch-robot-tasks/message';
import { createFileStore } from '../../../../functions/watch-robot-tasks/stores/file';
import { newerDocument } from '../../../../functions/watch-robot-tasks/stores/store';
import { createTablestoreStore } from '../../../../functions/watch-robot-tasks/stores/tablestore';
import {
  parseTablestoreError,
  unreachable,
} from '../../../../functions/watch-robot-tasks/stores/tablestore-error';
import { en } from '../../../../functions/watch-robot-tasks/text/en';
import { noticeLine } from '../../../../functions/watch-robot-tasks/text/notices';
import { RECEIVERS } from '../../../../functions/watch-robot-tasks/text/reasons-zh-cn';
import { translateReason } from '../../../../functions/watch-robot-tasks/text/translate-reason';
import { zhCn } from '../../../../functions/watch-robot-tasks/text/zh-cn';
import { systemClock } from '../../../../shared/clock';
import { malformed, refused } from '../../../../shared/dyvmsapi/errors';
import { createLogger } from '../../../../shared/log';
import { alert, NOW, stopped, task } from '../../../stand-ins/alerts';
import { openInbox, type InboxChannels } from '../../../stand-ins/inbox-channels';
import { createTaskWorld } from '../../../stand-ins/task-world';
import { RECEIVER_CODES } from '../channels/receiver-codes';
import { englishLeft } from './english-left';

describe('a channel that fails', () => {
  let set: InboxChannels;
  beforeAll(async () => {
    set = await openInbox(CHANNEL_TYPES.map((type) => ({ id: type, type })));
  });
  afterAll(async () => {
    await set.close();
  });

  it.each(RECEIVER_CODES)('is told in Chinese: $type, $name', async ({ type, fault }) => {
    set.inbox.setFault(type, fault);
    const delivery = await set.channel(type).send(alert({ firing: [stopped()] }), set.deadline());
    const english = delivery.ok ? 'delivered' : delivery.reason;
    expect(englishLeft(translateReason(english))).toEqual([]);
  });

  it.each(Object.entries(RECEIVERS))('is called by its Chinese name: %s', (receiver, name) => {
    const verdicts = [
      ...[302, 404, 408, 413, 429, 502].map((status) => statusVerdict(receiver, status)),
      notAnAnswer(receiver, 200),
      unknownCode(receiver, -7),
    ];
    for (const verdict of verdicts) {
      const chinese = translateReason(verdict.ok ? '' : verdict.reason);
      expect(chinese.startsWith(name)).toBe(true);
      expect(englishLeft(chinese)).toEqual([]);
    }
  });
});

describe('a state store that fails', () => {
  const TABLE = { kind: 'tablestore', instance: 'watch', region: 'cn-hangzhou', table: 'states' } as const;
  const soon = () => Date.now() + 1_000;
  const reasonOf = (work: Promise<unknown>) =>
    work.then(
      () => 'worked',
      (error: unknown) => (error as Error).message,
    );
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'reasons-'));
    await writeFile(path.join(folder, 'plain'), '');
    await writeFile(path.join(folder, 'newer.json'), '{"schemaVersion":2}');
    const holder = {
      id: '6b0e1a52-3b59-4bb0-a3a1-0f7b5a9f0c11',
      pid: 7,
      processStarted: 1,
      host: 'elsewhere',
    };
    await writeFile(path.join(folder, 'locked.json.lock'), JSON.stringify({ ...holder, at: Date.now() }));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const answers = (message: string, requestId?: string) =>
    unreachable(
      TABLE,
      parseTablestoreError({
        code: 403,
        message,
        headers: requestId === undefined ? {} : { 'x-ots-requestid': requestId },
      }),
    ).message;

  const CASES: { name: string; reason: () => string | Promise<string>; chinese: string }[] = [
    {
      name: 'a path through a file',
      reason: () =>
        reasonOf(createFileStore(path.join(folder, 'plain/state.json'), systemClock).load(soon())),
      chinese:
        '状态文件 <folder>/plain/state.json 无法使用：路径中有一段是文件，不是文件夹，请改正 STATE_STORE 里的路径（ENOTDIR）。',
    },
    {
      name: 'a folder',
      reason: () => reasonOf(createFileStore(folder, systemClock).load(soon())),
      chinese: '<folder> 不是文件，请在 STATE_STORE 里指定一个文件。',
    },
    {
      name: 'a newer document',
      reason: () => reasonOf(createFileStore(path.join(folder, 'newer.json'), systemClock).load(soon())),
      chinese:
        '<folder>/newer.json 里的状态由更新版本的程序写入（schema 2），已原样保留。请部署那个版本，或在 STATE_STORE 里换一个位置。',
    },
    {
      name: 'a lock that is held',
      reason: () =>
        reasonOf(
          createFileStore(path.join(folder, 'locked.json'), systemClock).save(
            { tasks: [], failures: [] },
            null,
            Date.now() + 200,
          ),
        ),
      chinese:
        '状态文件被 elsewhere 上的进程 7 锁住。如果那个进程不是机器人任务监控，请删除 <folder>/locked.json.lock.',
    },
    {
      name: 'an error without a code',
      reason: () => 'The state file /x cannot be used: the system gives this error code (unknown error).',
      chinese: '状态文件 /x 无法使用：系统没有给出错误码。',
    },
    {
      name: 'no keys',
      reason: () =>
        reasonOf(
          createTablestoreStore(TABLE, { endpoint: null, credentials: () => null, clock: systemClock }).load(
            soon(),
          ),
        ),
      chinese:
        '没有访问表格存储的密钥，请给函数配置角色，或设置 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET。',
    },
    {
      name: 'a missing permission',
      reason: () => answers('OTSNoPermissionAccess', '0005-1f'),
      chinese:
        'tablestore://watch.cn-hangzhou/states 里的状态无法使用。表格存储返回 OTSNoPermissionAccess（请求 ID 0005-1f）：请给函数的角色或 RAM 用户授予该表的 ots:GetRow 和 ots:PutRow 权限（表还不存在时加上 ots:CreateTable）。',
    },
    {
      name: 'an answer of something else',
      reason: () => answers('<html>', '0005-1f'),
      chinese:
        'tablestore://watch.cn-hangzhou/states 里的状态无法使用。表格存储返回 HTTP 403（请求 ID 0005-1f）。',
    },
    {
      name: 'a code that is new',
      reason: () => answers('OTSSomethingNew'),
      chinese: 'tablestore://watch.cn-hangzhou/states 里的状态无法使用。表格存储返回 OTSSomethingNew。',
    },
    {
      name: 'a lost connection',
      reason: () => unreachable(TABLE, parseTablestoreError({ code: 'NetworkingError' })).message,
      chinese:
        'tablestore://watch.cn-hangzhou/states 里的状态无法使用。无法连接表格存储（连接中断）：请检查网络（TABLESTORE_ENDPOINT，如果设置了它）。',
    },
    {
      name: 'a newer document in a table',
      reason: () => newerDocument('tablestore://watch.cn-hangzhou/states', 2).message,
      chinese:
        'tablestore://watch.cn-hangzhou/states 里的状态由更新版本的程序写入（schema 2），已原样保留。请部署那个版本，或在 STATE_STORE 里换一个位置。',
    },
  ];

  it.each(CASES)('is told in Chinese: $name', async ({ reason, chinese }) => {
    expect(translateReason(await reason()).replaceAll(folder, '<folder>')).toBe(chinese);
  });
});

describe('a poll that fails', () => {
  const CODES = {
    throttled: 'Throttling.User',
    credentials: 'InvalidAccessKeyId.NotFound',
    account: 'isv.OUT_OF_SERVICE',
    request: 'isv.INVALID_PARAMETERS',
    broken: 'isp.SYSTEM_ERROR',
  };

  async function problemOf(
    errorOf: (status: string) => Error | null,
    { statuses = ['SYSTEM_STOP', 'ARREARS_STOP'], detail = new Error('unasked') } = {},
  ): Promise<string> {
    const world = createTaskWorld();
    world.listRobotTasks = ({ status = '' }) => {
      const error = errorOf(status);
      return error === null ? Promise.resolve([]) : Promise.reject(error);
    };
    world.getRobotTask = () => Promise.reject(detail);
    const tracked = { task: task({ status: 'MANUAL_STOP' }), since: 0, unknownPolls: 0, told: [] };
    const { listProblem } = await inspect([tracked], Date.now() + 5_000, {
      robotTasks: world,
      statuses,
      clock: systemClock,
      log: createLogger('silent', () => []),
    });
    return translateReason(listProblem ?? 'no problem');
  }

  it.each(Object.entries(CODES))('is told in Chinese, with code and request id: %s', async (_name, code) => {
    const problem = await problemOf(() => refused({ code, requestId: 'A1-B2', statusCode: 400 }).error);
    expect(problem).toMatch(/^ARREARS_STOP, SYSTEM_STOP：\p{Script=Han}/u);
    expect(problem.endsWith(`（${code}，请求 ID A1-B2）。`)).toBe(true);
    expect(englishLeft(problem)).toEqual([]);
  });

  it('is told in Chinese when every list fails for a reason of its own, and a detail, too', async () => {
    const problem = await problemOf(
      (status) => {
        if (status === 'MANUAL_STOP') return null;
        if (status === 'ARREARS_STOP') return malformed('Data is not JSON', 'A1-B2');
        return refused({ code: null, requestId: null, statusCode: 503 }).error;
      },
      {
        statuses: ['SYSTEM_STOP', 'MANUAL_STOP', 'ARREARS_STOP'],
        detail: refused({ code: 'isv.OUT_OF_SERVICE', requestId: null, statusCode: 200 }).error,
      },
    );
    expect(problem).toBe(
      'ARREARS_STOP：上游的应答与文档不符：Data 不是 JSON。如果一直这样，请检查 DYVMSAPI_ENDPOINT（请求 ID A1-B2）。SYSTEM_STOP：上游故障或无法访问，请稍后再试。' +
        '已不在列表中的任务：上游拒绝了该账号，请确认没有欠费，且已开通语音服务（isv.OUT_OF_SERVICE）。',
    );
  });

  it('is told in Chinese when nobody foresaw it', async () => {
    expect(await problemOf(() => new TypeError('x'))).toBe(
      'ARREARS_STOP, SYSTEM_STOP：查询上游时意外出错，请查看函数日志。',
    );
  });
});

describe('a notice', () => {
  const SENTENCE = 'DingTalk refuses the signature: check the secret and the clock (errcode 310000)';
  const notice = (reason: string): Notice => ({
    subject: 'channel',
    channel: 'ops',
    state: 'failing',
    since: NOW,
    reason,
  });
  const escape = (value: string) => value.replace(/[[\]*]/g, '\\$&');
  const told = (reason: string) => noticeLine(notice(reason), zhCn, escape).split('起收不到提醒：')[1] ?? '';

  it('escapes what stands in a translated sentence', () => {
    expect(told('The state file /a/[b]* cannot be used: the disk is full. Free some space (ENOSPC).')).toBe(
      '状态文件 /a/\\[b\\]\\* 无法使用：磁盘已满，请清理空间（ENOSPC）。',
    );
  });

  it('is cut after the translation, to 300 characters', () => {
    const text = told(
      `The state file /${'長'.repeat(400)} cannot be used: the disk is full. Free some space.`,
    );
    expect(text).toMatch(/^状态文件 \/長+…$/);
    expect(Array.from(text)).toHaveLength(300);
    expect(told(`${SENTENCE}. ${SENTENCE}. ${SENTENCE}.`)).toMatch(/310000）。$/);
  });

  it('in English and the webhook’s document give the sentence as it is', () => {
    expect(noticeLine(notice(SENTENCE), en, escape)).toContain(`: ${SENTENCE}`);
    expect(webhookDocument(alert({ notices: [notice(SENTENCE)] }), 'ops')).toContain(SENTENCE);
  });
});
