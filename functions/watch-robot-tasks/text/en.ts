import type { DurationParts, Kind, Words } from './words';

const TITLES: Record<Kind, string> = {
  firing: 'Robot task stopped',
  changed: 'Robot task stopped for another reason',
  repeated: 'Robot task still stopped',
  halted: 'Robot task still stopped, status changed',
  running: 'Robot task running again',
  waiting: 'Robot task no longer stopped, waiting to run',
  over: 'Robot task ended',
  other: 'Robot task changed status',
  gone: 'Robot task not found any more',
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

const ADVICE = new Map([
  // Whether a task goes on by itself after a top-up is not documented: never promise it.
  [
    'ARREARS_STOP',
    'The Alibaba Cloud account is in arrears. Pay what is due, then check the task in the Voice Service console: it may not go on by itself.',
  ],
  [
    'SYSTEM_STOP',
    'Suspended by the system, perhaps outside the hours in which calls are allowed, or because the account or a number is restricted. Look up the reason in the Voice Service console.',
  ],
  [
    'MANUAL_STOP',
    'Suspended by hand. Ask whoever did it; to go on, start the task in the Voice Service console.',
  ],
]);

export const en: Words = {
  status: {
    INIT: 'not started',
    READY: 'about to start',
    DISPATCH: 'being prepared',
    EXCUTING: 'running',
    MANUAL_STOP: 'suspended by hand',
    SYSTEM_STOP: 'suspended by the system',
    ARREARS_STOP: 'suspended, payment overdue',
    CANCEL: 'ended by hand',
    SYSTEM_CANCEL: 'ended by the system',
    FINISH: 'finished',
  },
  advice: (status) => ADVICE.get(status) ?? 'Look at the task in the Voice Service console.',

  title: (kind, name) => `${TITLES[kind]}: ${name}`,
  titleOfMany: (counts) => `Robot tasks: ${counts.join(', ')}`,
  count: (kind, count) => `${count} ${COUNTS[kind]}`,
  titleOfFailing: 'Robot task watch has a problem',
  titleOfWorking: 'Robot task watch works again',
  titleOfTest: 'Robot task watch: test message',

  heading: (kind, count) => `${HEADINGS[kind]} (${count})`,
  statusCount: (status, count) => `${count} ${status}`,
  countsOf: (heading, counts) => `${heading}: ${counts.join('; ')}`,
  otherStatuses: 'in other statuses',
  ranking: (count, all) => `${all ? `All ${count}` : `The ${count} that matter most`} (Beijing time)`,
  leftOut: (count) => `${count} more not listed.`,

  unnamed: '(unnamed task)',
  unknown: 'unknown',
  gone: 'not found any more (the API no longer knows it)',
  robot: (name) => `Robot: ${name}`,
  state: (status, previous) =>
    previous === null ? `Status: ${status}` : `Status: changed from "${previous}" to "${status}"`,
  since: (time, duration) =>
    `Since: ${time} (Beijing time), ${duration === null ? 'seen just now' : `for ${duration}`}`,
  stoppedFor: (time, duration) => `Stopped: since ${time} (Beijing time), for ${duration}`,
  briefSince: (time) => `since ${time}`,
  progress: (done) => `Progress: ${done}`,
  taskId: (id) => `Task id: ${id}`,
  duration,

  adviceHeading: '🔧 What to do',
  link: 'Query the stopped tasks',
  watchHeading: '⚠️ The watch',
  incomplete: 'Not every status could be read this time: the above may be incomplete.',
  duplicates: {
    unreachable: 'The state store is out of reach: the above may have been told before.',
    damaged: 'The saved state was damaged and has been kept aside: the above may have been told before.',
  },
  pollFailing: (time, reason) => `Task status unknown since ${time} (Beijing time): ${reason}`,
  pollWorking: (time) => `Task status known again (it was unknown since ${time} Beijing time).`,
  storeFailing: (time, reason) =>
    `State store out of reach since ${time} (Beijing time), alerts may be repeated: ${reason}`,
  storeWorking: (time) => `State store works again (it was out of reach since ${time} Beijing time).`,
  channelFailing: (id, time, reason) =>
    `Channel ${id} has not received its alerts since ${time} (Beijing time): ${reason}`,
  channelWorking: (id, time) => `Channel ${id} works again (it failed since ${time} Beijing time).`,
  moreNotices: (count) => `${count} more notices not listed.`,
  reason: (english) => english,

  testLines: (channel, time) => [
    `Channel ${channel} receives alerts.`,
    `Sent: ${time} (Beijing time)`,
    'This is where you are told when a robot task stops, stays stopped or goes on.',
  ],
};

function duration({ days, hours, minutes }: DurationParts): string {
  const parts = [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes > 0 && days === 0 ? [`${minutes} min`] : []),
  ];
  return parts.length > 0 ? parts.join(' ') : 'less than 1 min';
}
