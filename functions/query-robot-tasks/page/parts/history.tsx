/** The stops of the last days: a picture for the eye, a table for everything else. */
import { beijingShort } from '../../../../shared/beijing-time';
import { useMemo, useState } from 'preact/hooks';
import type { Watch } from '../data/answers';
import { useGrowing } from '../data/growing';
import { layOutHistory, type Bar, type History } from '../data/history';
import { statusOf } from '../text/statuses';
import { durationOf } from '../text/time';
import { picture, showAllOf, startedBy } from '../text/words';
import * as WORDS from '../text/phrases';
import { useSay } from '../text/language';
import { Button } from './button';
import { nameOf, TaskName } from './task';

/** 200 bars are more than anybody looks at unasked, and more than 200 more than anybody looks at. */
const FIRST_SHOWN = 12;
const MOST_SHOWN = 200;
/** Drawn at once. */
const STEP = 12;
const ROW = 44;
const AXIS = 22;

interface Props {
  readonly watch: Watch | null | undefined;
  readonly now: number;
  /** Other things matter more: none is shown at first. */
  readonly isBrief: boolean;
}

export function HistorySection({ watch, now, isBrief }: Props) {
  const say = useSay();
  const [showsAll, setShowsAll] = useState(false);
  const [showsTable, setShowsTable] = useState(false);
  const minute = now - (now % 60_000);
  // Ten thousand stops are not put in order anew at each tick.
  const whole = useMemo(
    () => (watch ? layOutHistory(watch.stopped.items, watch.history.items, minute) : null),
    [watch, minute],
  );
  const most = showsAll ? MOST_SHOWN : isBrief ? 0 : FIRST_SHOWN;
  const steps = useGrowing(Math.ceil(Math.min(most, whole?.bars.length ?? 0) / STEP));
  if (whole === null) return null;
  const history = { ...whole, bars: whole.bars.slice(0, Math.min(most, steps * STEP)) };
  return (
    <section aria-labelledby="history">
      <h2 id="history">{say(WORDS.history)}</h2>
      {whole.bars.length === 0 ? (
        <p class="muted">{say(WORDS.noHistory)}</p>
      ) : (
        <>
          {history.bars.length > 0 && <Picture history={history} now={now} />}
          {!showsAll && whole.bars.length > most && (
            <Button
              words={showAllOf(Math.min(MOST_SHOWN, whole.bars.length))}
              act={() => {
                setShowsAll(true);
              }}
            />
          )}
          {history.bars.length > 0 && (
            <details
              onToggle={(event) => {
                setShowsTable(event.currentTarget.open);
              }}
            >
              <summary>{say(WORDS.table)}</summary>
              {showsTable && <Table history={history} now={now} />}
            </details>
          )}
        </>
      )}
    </section>
  );
}

function Picture({ history: { bars, days }, now }: { history: History; now: number }) {
  const say = useSay();
  const height = bars.length * ROW + AXIS;
  return (
    <svg class="history" role="img" aria-label={say(picture(bars.length))} width="100%" height={height}>
      <defs>
        {/* A longer name is cut, so that the end of the line has its place. */}
        <clipPath id="names">
          <rect width="44%" height="100%" />
        </clipPath>
        {['standing', 'ended'].map((kind) => (
          <pattern
            key={kind}
            id={kind}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class="lane" width="6" height="6" />
            <rect width="3.5" height="6" />
          </pattern>
        ))}
      </defs>
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
          <text class="label" x={0} y={index * ROW + 17} clip-path="url(#names)">
            {say(nameOf(bar.taskName))}
          </text>
          <text class="label end" x="100%" y={index * ROW + 17}>
            {`${say(briefCause(bar.status))} · ${say(durationOf((bar.until ?? now) - bar.since))}`}
          </text>
          <rect class="lane" x={0} y={index * ROW + 25} width="100%" height={10} rx={5} />
          <rect
            class={`${bar.until === null ? 'standing' : 'ended'} ${bar.status === 'ARREARS_STOP' ? '' : 'striped'}`}
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

/** A cause in one word, where there is no room for more. */
function briefCause(status: string) {
  if (status === 'ARREARS_STOP') return WORDS.arrears;
  return status === 'SYSTEM_STOP' ? WORDS.system : statusOf(status);
}

function Table({ history, now }: { history: History; now: number }) {
  const say = useSay();
  const steps = useGrowing(Math.ceil(history.bars.length / STEP));
  const bars = history.bars.slice(0, steps * STEP);
  const endOf = ({ until, became }: Bar) => {
    if (until === null) return WORDS.stillStopped;
    return became === null ? WORDS.gone : statusOf(became);
  };
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say(WORDS.task)}</th>
          <th scope="col">{say(WORDS.from)}</th>
          <th scope="col">{say(WORDS.until)}</th>
          <th scope="col">{say(WORDS.became)}</th>
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => (
          <tr key={`${bar.id}:${bar.since}`}>
            <th scope="row">
              <span class="brief">
                <TaskName name={bar.taskName} />
              </span>
              <span class="muted">{say(statusOf(bar.status))}</span>
            </th>
            <td>{beijingShort(bar.since, now)}</td>
            <td>
              {bar.until === null ? '–' : beijingShort(bar.until, now)}{' '}
              <span class="muted">{say(durationOf((bar.until ?? now) - bar.since))}</span>
            </td>
            <td>
              {say(endOf(bar))}
              {bar.startedBy !== null && <span class="muted"> {say(startedBy(bar.startedBy))}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
