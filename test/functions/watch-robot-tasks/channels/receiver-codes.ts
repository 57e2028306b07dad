/** What a receiver can answer, and what its channel makes of it. */
import type { InboxFault } from '../../../../local/inbox/faults';
import type { RobotType } from '../../../../local/inbox/robot';

const ding = (errcode: number, errmsg = ''): InboxFault => ({
  fault: 'answer',
  body: JSON.stringify({ errcode, errmsg }),
});
const feishu = (code: number, msg = '', status = 200): InboxFault => ({
  fault: 'answer',
  status,
  body: JSON.stringify({ code, msg }),
});
const slack = (status: number, body: string): InboxFault => ({ fault: 'answer', status, body });
const http = (status: number): InboxFault => ({ fault: 'answer', status });
const THROTTLE: InboxFault = { fault: 'throttle' };

export interface ReceiverCode {
  readonly type: RobotType;
  readonly name: string;
  readonly fault: InboxFault;
  readonly permanent: boolean;
  readonly reason: RegExp;
  /** How often the message is sent within the poll. */
  readonly requests: number;
}

type Row = readonly [name: string, fault: InboxFault, reason: RegExp, requests?: number];

interface Kinds {
  /** The message is refused for good. */
  readonly permanent: readonly Row[];
  /** The next poll tries again. */
  readonly later: readonly Row[];
  /** The same poll tries again, three times in all. */
  readonly atOnce: readonly Row[];
}

function codesOf(type: RobotType, { permanent, later, atOnce }: Kinds): ReceiverCode[] {
  const codes = (rows: readonly Row[], isPermanent: boolean, usual: number) =>
    rows.map(([name, fault, reason, requests = usual]) => ({
      ...{ type, name, fault, reason, requests, permanent: isPermanent },
    }));
  return [...codes(permanent, true, 1), ...codes(later, false, 1), ...codes(atOnce, false, 3)];
}

const dingRows = (reason: RegExp, ...codes: readonly number[]) =>
  codes.map((code): Row => [String(code), ding(code), reason]);
const feishuRows = (reason: RegExp, ...codes: readonly number[]) =>
  codes.map((code): Row => [String(code), feishu(code), reason]);
const slackRow = (status: number, word: string, reason: RegExp): Row => [word, slack(status, word), reason];

export const RECEIVER_CODES: readonly ReceiverCode[] = [
  ...codesOf('dingtalk', {
    permanent: [
      [
        'a wrong signature',
        ding(310000, 'sign not match'),
        /^DingTalk refuses the signature: check the secret and the clock \(errcode 310000\)\.$/,
      ],
      ['a wrong time', ding(310000, 'invalid timestamp'), /check the secret and the clock/],
      ['a missing keyword', ding(310000, 'keywords not in content'), /keyword: make 机器人任务/],
      ['a foreign IP', ding(310000, 'ip 203.0.113.9 not in whitelist'), /refuses the sender's IP address/],
      ['310000 and no more', ding(310000), /security settings/],
      ...dingRows(/copy the webhook URL again/, 300001, 300005, 400101),
      ...dingRows(/stopped or its group is gone/, 400013, 400102, 400106),
      ...dingRows(/bug of robot-task-watch/, 40035, 43002, 43004, 460101),
    ],
    later: [
      ...dingRows(/20 messages a minute.*130101/, 130101),
      ...dingRows(/20 messages a minute.*410100/, 410100),
      ["the gateway's throttle", THROTTLE, /status 1111/],
      ['an unknown code', ding(987654), /code 987654/],
    ],
    atOnce: [['busy', ding(-1), /busy \(errcode -1\)/]],
  }),
  ...codesOf('feishu', {
    permanent: [
      ['9499, bad request', feishu(9499, 'Bad Request', 400), /bug of robot-task-watch.*9499/],
      ...feishuRows(/copy the webhook URL again/, 19001),
      ...feishuRows(/^Feishu refuses the signature: check the secret and the clock/, 19021),
      ...feishuRows(/IP address/, 19022),
      ...feishuRows(/keyword: make 机器人任务/, 19024),
    ],
    later: [['an unknown code', feishu(987654), /code 987654/]],
    atOnce: [
      ...feishuRows(/throttles.*11232/, 11232),
      ['9499, too many', feishu(9499, 'too many request', 400), /throttles.*9499/],
    ],
  }),
  ...codesOf('wecom', {
    permanent: [
      ...dingRows(/copy the webhook URL again.*93000/, 93000),
      ...dingRows(/bug of robot-task-watch/, 44004, 40058),
    ],
    later: [
      ...dingRows(/20 messages a minute.*45009/, 45009),
      ['an unknown code', ding(987654), /code 987654/],
    ],
    atOnce: [['busy', ding(-1), /busy/]],
  }),
  ...codesOf('slack', {
    permanent: [
      slackRow(404, 'no_service', /make a new one/),
      slackRow(403, 'invalid_token', /make a new one/),
      slackRow(410, 'channel_is_archived', /archived/),
      slackRow(403, 'action_prohibited', /admin/),
      slackRow(400, 'user_not_found', /check the channel's mention/),
      slackRow(400, 'invalid_payload', /bug of robot-task-watch/),
    ],
    later: [],
    atOnce: [['its throttle', THROTTLE, /one message a second/], slackRow(500, 'rollup_error', /HTTP 500/)],
  }),
  ...codesOf('webhook', {
    permanent: [
      ['401', http(401), /check the secret/],
      ['410', http(410), /remove the channel/],
      ['413, however short it is made', http(413), /too large/, 5],
      ['422', http(422), /HTTP 422/],
    ],
    later: [],
    atOnce: [
      ['its throttle', THROTTLE, /HTTP 429/],
      ['504', http(504), /HTTP 504/],
    ],
  }),
];
