/** The certificate of the page's domain: a copy that nobody renews, and without it no link in an alert opens. */
import { beijingDate } from '../../../shared/beijing-time';
import type { Failure } from '../../../shared/state/state';
import type { Text } from '../../../shared/text';
import { noteOutcome } from './failures';
import type { Policy } from './policy';

const TOLD_BEFORE_MS = 30 * 24 * 60 * 60_000;

/** Notes whether it nears its end at `now` (epoch milliseconds). */
export function noteCertificate(
  failures: readonly Failure[],
  { certificateEndsAt }: Policy,
  now: number,
): readonly Failure[] {
  const isNear = certificateEndsAt !== undefined && certificateEndsAt - now <= TOLD_BEFORE_MS;
  return noteOutcome(failures, 'certificate', isNear ? endOf(certificateEndsAt, now) : null, now);
}

function endOf(endsAt: number, now: number): Text {
  const date = beijingDate(endsAt);
  const cure = {
    en: 'Put a new one into its files, and run npm run deploy -- --domain.',
    'zh-CN': '请把新证书放进原来的文件，再运行 npm run deploy -- --domain。',
  };
  return endsAt <= now
    ? { en: `it ended on ${date}. ${cure.en}`, 'zh-CN': `已于 ${date} 到期。${cure['zh-CN']}` }
    : { en: `it ends on ${date}. ${cure.en}`, 'zh-CN': `${date} 到期。${cure['zh-CN']}` };
}
