import { noteCertificate } from '../../../../functions/watch-robot-tasks/rules/certificate';
import { isNews } from '../../../../functions/watch-robot-tasks/rules/failures';
import { createTestWatch } from '../../../stand-ins/watch';

const DAY = 24 * 60 * 60_000;
const NOW = Date.parse('2026-11-25T12:00:00Z');
const policy = (certificateEndsAt: number | undefined) => ({
  ...createTestWatch().policy,
  certificateEndsAt,
});

test.each([
  { name: 'of which nobody knows', endsAt: undefined, says: null },
  { name: 'that is good for 31 days', endsAt: NOW + 31 * DAY, says: null },
  { name: 'that is good for 30 days', endsAt: NOW + 30 * DAY, says: 'it ends on 2026-12-25.' },
  { name: 'that ended', endsAt: NOW - DAY, says: 'it ended on 2026-11-24.' },
])('Of a certificate $name the watch tells at once: $says', ({ endsAt, says }) => {
  const failures = noteCertificate([], policy(endsAt), NOW);
  expect(failures.filter((failure) => isNews(failure, NOW)).map(({ subject }) => subject)).toEqual(
    says === null ? [] : ['certificate'],
  );
  if (says !== null) expect(failures[0]?.reason.en).toContain(says);
});

test('A new certificate ends it', () => {
  const failing = noteCertificate([], policy(NOW + DAY), NOW);
  expect(noteCertificate(failing, policy(NOW + 90 * DAY), NOW)).toMatchObject([{ state: 'working' }]);
});
