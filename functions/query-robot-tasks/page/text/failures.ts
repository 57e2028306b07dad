/** Why something is not known, in words. The endpoint's own sentence, which is English, stands beside it. */
import type { Text } from '../../../../shared/text';
import type { Failure } from '../data/api';

const PROBLEMS: Readonly<Record<string, Text | undefined>> = {
  unauthorized: { 'zh-CN': '登录已失效', en: 'the sign-in is no longer good' },
  forbidden: { 'zh-CN': '没有权限', en: 'this sign-in does not allow it' },
  internal: { 'zh-CN': '查询函数内部出错', en: 'something is wrong in the query function' },
  'not-configured': { 'zh-CN': '查询函数没有配置好', en: 'the query function is not configured' },
  'too-many-tasks': { 'zh-CN': '任务太多，无法一次列出', en: 'there are too many tasks to list' },
  'upstream-unauthorized': {
    'zh-CN': '语音服务接口拒绝了查询函数的凭证',
    en: "the voice service's API refused the query function's credentials",
  },
  'upstream-account': {
    'zh-CN': '语音服务接口拒绝了该账号',
    en: "the voice service's API refused the account",
  },
  'state-unavailable': {
    'zh-CN': '监控保存的状态无法读取',
    en: 'what the watch saved cannot be read',
  },
  'upstream-unavailable': {
    'zh-CN': '语音服务接口连不上或出错',
    en: "the voice service's API is out of reach or broken",
  },
  'upstream-malformed': {
    'zh-CN': '语音服务接口的应答无法读懂',
    en: "the voice service's API gave an answer that cannot be read",
  },
  'upstream-throttled': { 'zh-CN': '语音服务接口限流', en: "the voice service's API is throttling" },
  'upstream-moving': { 'zh-CN': '任务列表一直在变', en: 'the list of tasks kept changing' },
  'upstream-timeout': { 'zh-CN': '语音服务接口响应太慢', en: "the voice service's API is too slow" },
  'upstream-invalid': {
    'zh-CN': '语音服务接口拒绝了查询条件',
    en: "the voice service's API refused what was asked for",
  },
};

/** Part of a sentence, without a full stop. */
export function reasonOf(failure: Failure): Text {
  switch (failure.kind) {
    case 'unreachable':
      return {
        'zh-CN': '连不上查询服务，请检查网络',
        en: 'the query endpoint cannot be reached; check the network',
      };
    case 'unreadable':
      return {
        'zh-CN': '查询服务的应答无法读懂',
        en: 'the query endpoint gave an answer that cannot be read',
      };
    case 'problem':
      return (
        PROBLEMS[failure.name] ?? {
          'zh-CN': `查询服务出错（HTTP ${failure.status}）`,
          en: `the query endpoint failed (HTTP ${failure.status})`,
        }
      );
  }
}

/** The endpoint's own sentence; null when it gave none. */
export function detailOf(failure: Failure): string | null {
  return failure.kind === 'problem' && failure.detail !== '' ? failure.detail : null;
}

export function isUnauthorized(failure: Failure | null): boolean {
  return failure?.kind === 'problem' && failure.status === 401;
}
