/**
 * Pages of the vendor that people are sent to. They ask for a login themselves, and need no setting of ours.
 * As the vendor's public documents link them: the reference of CreateRobotTask (Voice Service), that of
 * GetSkillGroupServiceCapability (Cloud Contact Center), and "top up" in the documents about free quotas and billing.
 */
import type { Source } from './robot-task';

export const CONSOLE_URLS: Readonly<Record<Source, string>> = {
  dyvms: 'https://dyvms.console.aliyun.com/overview/home',
  aiccs: 'https://aiccs.console.aliyun.com/overview',
};
export const TOP_UP_URL = 'https://billing-cost.console.aliyun.com/fortune/fund-management/recharge';
