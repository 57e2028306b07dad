import type { Subject } from '../../../shared/state/state';
import { byStatus, type DurationParts, type Kind, type Words } from './words';

const TITLES: Record<Kind, (about: string) => string> = {
  firing: (status) => capital(status),
  changed: (status) => `Now ${status}`,
  repeated: (status) => `Still ${status}`,
  halted: (status) => `Not running, now ${status}`,
  released: (released) => released,
  held: (holding) => holding,
  running: (startedBy) => `Running again${startedBy}`,
  waiting: (startedBy) => `No longer stopped, waiting to run${startedBy}`,
  over: () => 'Ended',
  other: (status) => `Status is now ${status}`,
  gone: () => 'Not found any more',
};

const COUNTS: Record<Kind, string> = {
  firing: 'stopped',
  changed: 'stopped for another reason',
  repeated: 'still stopped',
  halted: 'stopped in another way',
  released: 'no longer taken or muted',
  held: 'taken or muted',
  running: 'running again',
  waiting: 'waiting to run',
  over: 'ended',
  other: 'changed status',
  gone: 'not found any more',
};

const HEADINGS: Record<Kind, string> = {
  firing: '🔴 Stopped',
  changed: '🔴 Stopped for another reason',
  repeated: '🟠 Still stopped',
  halted: '🟠 Stopped in another way',
  released: '🟠 No longer taken or muted',
  held: '🔵 Taken or muted',
  running: '🟢 Running again',
  waiting: '🟢 No longer stopped, waiting to run',
  over: '⚪ Ended',
  other: '⚪ Changed status',
  gone: '⚪ Not found any more',
};

const CAUSES = byStatus({
  ARREARS_STOP: 'payment overdue',
  SYSTEM_STOP: 'by the system',
  MANUAL_STOP: 'by hand',
  STALLED: 'stalled',
});

const ADVICE = byStatus({
  // Whether a task goes on by itself after a top-up is not documented: never promise it.
  ARREARS_STOP: 'Pay what is due, then check the task: it may not resume on its own.',
  SYSTEM_STOP:
    'Perhaps calls are not allowed at this hour, or the account or a number is restricted. The console shows the reason.',
  MANUAL_STOP: 'Ask whoever stopped it; to go on, start the task.',
  STALLED:
    'The task runs, but no call finishes. Look at its robot, its numbers and its concurrency in the console.',
});

const FAILING_TITLES: Record<Subject, (channel: string) => string> = {
  poll: () => 'Task status unknown: nobody may be told of new stops',
  store: () => 'Robot task watch: state store out of reach',
  channel: (channel) => `Robot task watch: channel ${channel} does not receive its alerts`,
  balance: () => 'Balance low: robot tasks may stop',
  'balance-query': () => 'Robot task watch: balance unknown',
  certificate: () => 'Robot task watch: the page’s certificate ends soon',
  record: () => 'Robot task watch: nobody can say who takes what',
  owner: () => 'Robot tasks are not watched: the state belongs to another deployment',
};

const WORKING_TITLES: Record<Subject, (channel: string) => string> = {
  poll: () => 'Robot task watch: task status known again',
  store: () => 'Robot task watch: state store works again',
  channel: (channel) => `Robot task watch: channel ${channel} works again`,
  balance: () => 'Balance no longer low',
  'balance-query': () => 'Robot task watch: balance known again',
  certificate: () => 'Robot task watch: the page has a new certificate',
  record: () => 'Robot task watch: who takes what is known again',
  owner: () => 'Robot tasks are watched again',
};

const FAILING: Record<Subject, (channel: string, time: string, reason: string) => string> = {
  poll: (_, time, reason) => `Task status unknown since ${time}: ${reason}`,
  store: (_, time, reason) => `State store out of reach since ${time}, alerts may be repeated: ${reason}`,
  channel: (channel, time, reason) =>
    `Channel ${channel} has not received its alerts since ${time}: ${reason}`,
  balance: (_, time, reason) => `Balance low since ${time}: ${reason} Tasks stop when nothing is left.`,
  'balance-query': (_, time, reason) => `Balance unknown since ${time}: ${reason}`,
  certificate: (_, __, reason) => `The page’s certificate: ${reason} Without one no link in an alert opens.`,
  record: (_, time, reason) =>
    `The operators' record cannot be read since ${time}, every stop counts as not taken: ${reason}`,
  owner: (_, time, reason) => `No task is watched since ${time}: ${reason}`,
};

const WORKING: Record<Subject, (channel: string, time: string) => string> = {
  poll: (_, time) => `Task status known again (it was unknown since ${time}).`,
  store: (_, time) => `State store works again (it was out of reach since ${time}).`,
  channel: (channel, time) => `Channel ${channel} works again (it failed since ${time}).`,
  balance: (_, time) => `The balance is no longer low (it was since ${time}).`,
  'balance-query': (_, time) => `The balance is known again (it was unknown since ${time}).`,
  certificate: () => 'The page has a new certificate.',
  record: (_, time) => `The operators' record can be read again (it could not since ${time}).`,
  owner: (_, time) => `Tasks are watched again (none was since ${time}).`,
};

export const en: Words = {
  cause: (status) => CAUSES.get(status),
  advice: (status) => ADVICE.get(status) ?? 'Look at the task in the console.',
  labelled: (status, advice) => `${capital(status)}: ${advice}`,

  title: (kind, about, names) => `${TITLES[kind](about)}: ${names.join(', ')}`,
  titles: (titles) => titles.join('; '),
  titleOfMany: (counts) =>
    counts
      .map(({ kind, count, causes }, index) => {
        const named = causes.map(([name, number]) => `${number} ${name}`).join(', ');
        const tasks = index === 0 ? (count === 1 ? ' task' : ' tasks') : '';
        return `${count}${tasks} ${COUNTS[kind]}${named === '' ? '' : `: ${named}`}`;
      })
      .join('; '),
  titleOfFailing: (subject, channel, others) =>
    `${FAILING_TITLES[subject](channel)}${others === 0 ? '' : `, and ${others} more ${others === 1 ? 'problem' : 'problems'}`}`,
  titleOfWorking: (subject, channel, others) =>
    `${WORKING_TITLES[subject](channel)}${others === 0 ? '' : `, and ${others} more`}`,
  titleOfTest: 'Robot task watch: test message',
  closing: 'Robot task watch · Beijing time',

  heading: (kind, count) => `${HEADINGS[kind]} (${count})`,
  statusCount: (status, count) => `${count} ${status}`,
  countsOf: (heading, counts) => `${heading}: ${counts.join('; ')}`,
  otherStatuses: 'in other statuses',
  ranking: (count, all) => (all ? `All ${count}` : `The ${count} that matter most`),
  leftOut: (count) => `${count} more not listed.`,

  unnamed: '(unnamed task)',
  unknown: 'unknown',
  unsayable: '(this cannot be shown: see the log of the function)',
  gone: "not found any more (the voice service's API no longer knows it)",
  robot: (name) => `Robot: ${name}`,
  state: (status, previous) =>
    previous === null ? `Status: ${status}` : `Status: changed from "${previous}" to "${status}"`,
  since: (time, duration) => `Since: ${time}, ${duration === null ? 'seen just now' : `for ${duration}`}`,
  stoppedFor: (time, duration) => `Stopped: since ${time}, for ${duration}`,
  briefSince: (time) => `since ${time}`,
  holding: (by, until) => (until === null ? `Taken by ${by}` : `Muted by ${by} until ${until}`),
  holder: (by, at, until) => `${en.holding(by, until)} (${at})`,
  released: (by, wasMuted) => (wasMuted ? `No longer muted by ${by}` : `No longer taken by ${by}`),
  startedBy: (by) => ` (started by ${by})`,
  progress: (done) => `Progress: ${done}`,
  taskId: (id) => `Task id: ${id}`,
  duration,

  adviceHeading: '🔧 What to do',
  seeTasks: 'See stopped tasks',
  consoles: { dyvms: 'Voice Service console', aiccs: 'Cloud Contact Center console' },
  topUp: 'Top up',
  balance: (amount) => `Available balance: ${amount}`,
  watchHeading: '⚠️ The watch',
  incomplete: 'Not every status could be read this time: the above may be incomplete.',
  duplicates: {
    unreachable: 'The state store is out of reach: the above may have been told before.',
    orphaned:
      'The saved state was that of another deployment, which is gone. It has been kept aside: the above may have been told before.',
    damaged: 'The saved state was damaged and has been kept aside: the above may have been told before.',
  },
  failing: (subject, channel, time, reason) => FAILING[subject](channel, time, reason),
  working: (subject, channel, time) => WORKING[subject](channel, time),
  moreNotices: (count) => `${count} more notices not listed.`,

  testLines: (channel, time) => [
    `Channel ${channel} receives alerts.`,
    `Sent: ${time}`,
    'This is where you are told when a robot task stops, stays stopped or goes on.',
  ],
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function duration({ days, hours, minutes }: DurationParts): string {
  const parts = [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes > 0 && days === 0 ? [`${minutes} min`] : []),
  ];
  return parts.length > 0 ? parts.join(' ') : 'less than 1 min';
}
