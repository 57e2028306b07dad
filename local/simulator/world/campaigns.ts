/** Made-up campaigns of made-up companies: what a small outbound-call team's task list may look like. */
import type { SimulatedTask, Step } from './life';
import { pickOne, wholeNumber, type Random } from './random';

const BRANDS = [
  '云杉教育',
  '蓝鲸健身',
  '橙子租房',
  '青禾保险',
  '晨光汽车',
  '海棠美业',
  '松果超市',
  '远山旅行',
];
const CAMPAIGNS = [
  '会员续费提醒',
  '新品试用邀约',
  '满意度回访',
  '沉睡客户唤醒',
  '体验课预约',
  '到店礼通知',
  '保单到期提醒',
  '活动报名确认',
];
const OCCASIONS = ['', '（双十一）', '（年中大促）', '·第二批', '·华东区', '·VIP', ' A/B测试', '－补拨'];
const ROBOTS = ['小云', '小鲸', '客服小橙', '回访助手', '邀约专员', '提醒机器人'];

/** Half of the robots have ids above 2^53, half look like the one in the vendor's document. */
const SMALL_ROBOT_ID = 1000000075003n;
const LARGE_ROBOT_ID = 9007199254750001n;

const ABSENT_TIMES = ['null', 'empty', 'missing'] as const;

/** Everything of a task but its id and its life. */
export type Campaign = Pick<
  SimulatedTask,
  | 'taskName'
  | 'robotId'
  | 'robotName'
  | 'scheduleType'
  | 'corpName'
  | 'caller'
  | 'called'
  | 'totalCount'
  | 'absentTime'
>;

/** A plausible campaign. `serial` tells apart what chance makes alike. */
export function makeCampaign(random: Random, serial: number): Campaign {
  const brand = pickOne(random, BRANDS);
  const robot = wholeNumber(random, 0, ROBOTS.length - 1);
  const robotId = (robot % 2 === 0 ? SMALL_ROBOT_ID : LARGE_ROBOT_ID) + BigInt(robot);
  const fileName = `${String(serial).padStart(8, '0')}--robotCallApi`;
  return {
    taskName: `${brand}-${pickOne(random, CAMPAIGNS)}${pickOne(random, OCCASIONS)}-${serial}`,
    robotId: String(robotId),
    robotName: ROBOTS[robot] ?? null,
    scheduleType: random() < 0.7 ? 'SINGLE' : 'ORDER',
    corpName: `${brand}有限公司`,
    // Shape of the vendor's example: several numbers in one string.
    caller: `0571${wholeNumber(random, 1000000, 9999999)},0571${wholeNumber(random, 1000000, 9999999)}`,
    called: [{ fileName, ossFilePath: `http://numbers.oss.example/${fileName}.xlsx` }],
    totalCount: wholeNumber(random, 2, 50) * 100,
    absentTime: pickOne(random, ABSENT_TIMES),
  };
}

/**
 * A life from `createdAt` on that takes about `lifeMs`: INIT, READY, DISPATCH, EXCUTING, often with one of `stops` between, and
 * an end. Most finish, some are cancelled.
 */
export function makeLife(
  random: Random,
  createdAt: number,
  lifeMs: number,
  stops: readonly string[],
): SimulatedTask['steps'] {
  const at = (share: number) => Math.round(createdAt + share * lifeMs);
  const steps: [Step, ...Step[]] = [
    { status: 'INIT', at: at(0) },
    { status: 'READY', at: at(0.04) },
    { status: 'DISPATCH', at: at(0.07) },
    { status: 'EXCUTING', at: at(0.1) },
  ];
  if (random() < 0.5) {
    const from = 0.2 + random() * 0.4;
    steps.push({ status: pickOne(random, stops), at: at(from) });
    steps.push({ status: 'EXCUTING', at: at(from + 0.05 + random() * 0.25) });
  }
  const luck = random();
  steps.push({ status: luck < 0.85 ? 'FINISH' : luck < 0.93 ? 'CANCEL' : 'SYSTEM_CANCEL', at: at(1) });
  return steps;
}

/** Milliseconds a call takes so that a life's EXCUTING makes all calls by FINISH, and some of them by another end. */
export function paceOf(steps: SimulatedTask['steps'], totalCount: number): number {
  const executing = steps.reduce(
    (sum, step, index) =>
      step.status === 'EXCUTING' ? sum + ((steps[index + 1]?.at ?? step.at) - step.at) : sum,
    0,
  );
  const callsMade = steps.at(-1)?.status === 'FINISH' ? totalCount : Math.ceil(totalCount * 0.6);
  return Math.max(1, executing) / callsMade;
}
