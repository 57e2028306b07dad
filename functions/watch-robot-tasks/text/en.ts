import type { Subject } from '../../../shared/state/state';
import type { DurationParts, Kind, KnownStatus, Words } from './words';

const TITLES: Record<Kind, (status: string) => string> = {
  firing: (status) => capital(status),
  changed: (status) => `Now ${status}`,
  repeated: (status) => `Still ${status}`,
  halted: (status) => `Not running again, now ${status}`,
  running: () => 'Running again',
  waiting: () => 'No longer stopped, waiting to run',
  over: () => 'Ended',
  other: (status) => `Status is now ${status}`,
  gone: () => 'Not found any more',
};

const COUNTS: Record<Kind, string> = {
  firing: 'stopped',
  changed: 'stopped for another reason',
  repeated: 'still stopped',
  halted: 'still stopped (status changed)',
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
  halted: '🟠 Still stopped, status changed',
  running: '🟢 Running again',
  waiting: '🟢 No longer stopped, waiting to run',
  over: '⚪ Ended',
  other: '⚪ Changed status',
  gone: '⚪ Not found any more',
};

const ADVICE: Partial<Record<KnownStatus, string>> = {
  // Whether a task goes on by itself after a top-up is not documented: never promise it.
  ARREARS_STOP: 'Pay what is due, then check the task: it may not resume on its own.',
  SYSTEM_STOP:
    'Perhaps calls are not allowed at this hour, or the account or a number is restricted. The console shows the reason.',
  MANUAL_STOP: 'Ask whoever stopped it; to go on, start the task.',
  STALLED:
    'The task runs, but no call finishes. Look at its robot, its numbers and its concurrency in the console.',
};

const FAILING: Record<Subject, (channel: string, time: string, reason: string) => string> = {
  poll: (_, time, reason) => `Task status unknown since ${time}: ${reason}`,
  store: (_, time, reason) => `State store out of reach since ${time}, alerts may be repeated: ${reason}`,
  channel: (channel, time, reason) =>
    `Channel ${channel} has not received its alerts since ${time}: ${reason}`,
  balance: (_, time, reason) => `Balance low since ${time}: ${reason} Tasks stop when nothing is left.`,
  'balance-query': (_, time, reason) => `Balance unknown since ${time}: ${reason}`,
};

const WORKING: Record<Subject, (channel: string, time: string) => string> = {
  poll: (_, time) => `Task status known again (it was unknown since ${time}).`,
  store: (_, time) => `State store works again (it was out of reach since ${time}).`,
  channel: (channel, time) => `Channel ${channel} works again (it failed since ${time}).`,
  balance: (_, time) => `The balance is no longer low (it was since ${time}).`,
  'balance-query': (_, time) => `The balance is known again (it was unknown since ${time}).`,
};

export const en: Words = {
  status: {
    INIT: 'not started',
    READY: 'about to start',
    DISPATCH: 'being prepared',
    EXCUTING: 'running',
    MANUAL_STOP: 'stopped by hand',
    SYSTEM_STOP: 'stopped by the system',
    ARREARS_STOP: 'stopped, payment overdue',
    CANCEL: 'ended by hand',
    SYSTEM_CANCEL: 'ended by the system',
    FINISH: 'finished',
    STALLED: 'stalled',
  },
  cause: {
    ARREARS_STOP: 'payment overdue',
    SYSTEM_STOP: 'by the system',
    MANUAL_STOP: 'by hand',
    STALLED: 'stalled',
  },
  advice: (status) => ADVICE[status as KnownStatus] ?? 'Look at the task in the console.',
  labelled: (status, advice) => `${capital(status)}: ${advice}`,

  title: (kind, status, name) => `${TITLES[kind](status)}: ${name}`,
  titleOfMany: (counts) =>
    counts
      .map(({ kind, count, causes }, index) => {
        const named = causes.map(([name, number]) => `${number} ${name}`).join(', ');
        const tasks = index === 0 ? (count === 1 ? ' task' : ' tasks') : '';
        return `${count}${tasks} ${COUNTS[kind]}${named === '' ? '' : `: ${named}`}`;
      })
      .join('; '),
  titleOfFailing: 'Robot task watch has a problem',
  titleOfWorking: 'Robot task watch works again',
  titleOfLowBalance: 'Balance low: robot tasks may stop',
  titleOfEnoughBalance: 'Balance no longer low',
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
  gone: "not found any more (the voice service's API no longer knows it)",
  robot: (name) => `Robot: ${name}`,
  state: (status, previous) =>
    previous === null ? `Status: ${status}` : `Status: changed from "${previous}" to "${status}"`,
  since: (time, duration) => `Since: ${time}, ${duration === null ? 'seen just now' : `for ${duration}`}`,
  stoppedFor: (time, duration) => `Stopped: since ${time}, for ${duration}`,
  briefSince: (time) => `since ${time}`,
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
