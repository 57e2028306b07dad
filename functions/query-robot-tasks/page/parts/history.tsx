/** The stops of the last days: a picture for the eye, a table for everything else. */
import { useState } from 'preact/hooks';
import type { Watch } from '../data/answers';
import { layOutHistory, type Bar, type History } from '../data/history';
import { statusOf } from '../text/statuses';
import { durationOf, timeOf } from '../text/time';
import { picture, WORDS } from '../text/words';
import { useSay } from '../text/language';
import { nameOf, TaskName } from './task';

/** 200 bars are more than anybody looks at unasked. */
const FIRST_SHOWN = 12;
const ROW = 44;
const AXIS = 22;
/** Of a name in the picture, where nothing breaks a line. */
const NAME_LENGTH = 22;

export function HistorySection({ watch, now }: { watch: Watch | null | undefined; now: number }) {
  const say = useSay();
  const [showsAll, setShowsAll] = useState(false);
  if (watch === undefined || watch === null) return null;
  const standing = watch.stopped.filter(({ status }) => status !== 'STALLED');
  const whole = layOutHistory(standing, watch.history, now);
  const history = showsAll ? whole : { ...whole, bars: whole.bars.slice(0, FIRST_SHOWN) };
  return (
    <section aria-labelledby="history">
      <h2 id="history">{say(WORDS.history)}</h2>
      {whole.bars.length === 0 ? (
        <p class="muted">{say(WORDS.noHistory)}</p>
      ) : (
        <>
          <Picture history={history} now={now} />
          {whole.bars.length > history.bars.length && (
            <button
              type="button"
              onClick={() => {
                setShowsAll(true);
              }}
            >
              {say(WORDS.showAll)} ({whole.bars.length})
            </button>
          )}
          <details>
            <summary>{say(WORDS.table)}</summary>
            <Table history={history} now={now} />
          </details>
        </>
      )}
    </section>
  );
}

function Picture({ history: { bars, days }, now }: { history: History; now: number }) {
  const say = useSay();
  const height = bars.length * ROW + AXIS;
  const textOf = (bar: Bar) => {
    const name = Array.from(say(nameOf(bar.taskName)));
    const brief = name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1).join('')}…` : name.join('');
    return `${brief} · ${say(durationOf((bar.until ?? now) - bar.since))}`;
  };
  return (
    <svg class="history" role="img" aria-label={say(picture(bars.length))} width="100%" height={height}>
      {days.map(({ x, date }) => (
        <g key={date}>
          <line class="grid" x1={`${x}%`} x2={`${x}%`} y1={0} y2={height - AXIS} />
          <text class="day" x={`${x}%`} y={height - 6}>
            {date.slice(5)}
          </text>
        </g>
      ))}
      {bars.map((bar, index) => (
        <g key={`${bar.id}:${bar.since}`}>
          <title>{`${say(nameOf(bar.taskName))} · ${say(statusOf(bar.status))}`}</title>
          <text class="label" x={0} y={index * ROW + 17}>
            {textOf(bar)}
          </text>
          <rect class="lane" x={0} y={index * ROW + 25} width="100%" height={10} rx={5} />
          <rect
            class={bar.until === null ? 'standing' : 'ended'}
            x={`${bar.x}%`}
            y={index * ROW + 25}
            width={`${bar.width}%`}
            height={10}
            rx={4}
          />
        </g>
      ))}
    </svg>
  );
}

function Table({ history: { bars }, now }: { history: History; now: number }) {
  const say = useSay();
  const endOf = ({ until, became }: Bar) => {
    if (until === null) return WORDS.stillStopped;
    return became === null ? WORDS.gone : statusOf(became);
  };
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={say(WORDS.table)}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say(WORDS.task)}</th>
            <th scope="col">{say(WORDS.status)}</th>
            <th scope="col">{say(WORDS.from)}</th>
            <th scope="col">{say(WORDS.until)}</th>
            <th scope="col">{say(WORDS.duration)}</th>
            <th scope="col">{say(WORDS.became)}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={`${bar.id}:${bar.since}`}>
              <th scope="row">
                <TaskName name={bar.taskName} />
              </th>
              <td>{say(statusOf(bar.status))}</td>
              <td>{timeOf(bar.since, now)}</td>
              <td>{bar.until === null ? '–' : timeOf(bar.until, now)}</td>
              <td>{say(durationOf((bar.until ?? now) - bar.since))}</td>
              <td>{say(endOf(bar))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
