import type { Message } from '../rules/message';
import { factsOf } from './facts';
import { composeAlert, composeTest, type Detail, type MessageText, type TextOptions } from './message-text';

/** Up to this many tasks are told in full, and never more than this many by name. */
const MAX_TASKS = 10;

/**
 * Tells `message` in as much detail as `fits` allows: at most ten tasks each in full, else a digest whose list grows
 * shorter. Whole items go, and the counts always are of all. `render` makes what is sent of the text.
 */
export function fitMessage<T>(
  message: Message,
  options: TextOptions,
  render: (text: MessageText) => T,
  fits: (rendered: T) => boolean,
): T {
  if (message.kind === 'test') return render(composeTest(message, options));
  const facts = factsOf(message);
  const steps = detailsFor(facts.tasks.length);
  for (const detail of steps.slice(0, -1)) {
    const rendered = render(composeAlert(message, facts, detail, options));
    if (fits(rendered)) return rendered;
  }
  return render(composeAlert(message, facts, steps.at(-1) ?? SHORTEST, options));
}

/** Counts and at most a line on the watch: a few hundred bytes, whatever the message holds. */
const SHORTEST: Detail = { tasks: 0, notices: 0, extras: false };

function detailsFor(tasks: number): Detail[] {
  const shown = Math.min(tasks, MAX_TASKS);
  const shorter = Array.from({ length: shown + 1 }, (_, index) => shown - index);
  return [
    ...(tasks <= MAX_TASKS ? [{ tasks: 'full', notices: 5, extras: true } as const] : []),
    ...shorter.map((count) => ({ tasks: count, notices: 3, extras: true })),
    { tasks: 0, notices: 1, extras: true },
    SHORTEST,
  ];
}
