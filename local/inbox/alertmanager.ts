/**
 * An Alertmanager that keeps what stands: the labels are the identity, and what is not confirmed by its endsAt is over.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import * as v from 'valibot';
import { json, type Robot, type RobotSettings } from './robot';

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const texts = v.record(v.pipe(v.string(), v.regex(NAME)), v.string());
const time = v.pipe(v.string(), v.isoTimestamp());
const alertsSchema = v.array(
  v.object({
    labels: v.pipe(
      texts,
      v.check((labels) => Object.values(labels).some((value) => value !== '')),
    ),
    annotations: v.optional(texts, {}),
    startsAt: time,
    endsAt: time,
    generatorURL: v.optional(v.pipe(v.string(), v.url())),
  }),
);

export function playAlertmanager({ token, secret }: RobotSettings): Robot {
  const path = `/${token}`;
  /** By its labels, whether an alert stands: what is only confirmed is no news. */
  const known = new Map<string, string>();
  return {
    path,
    throttled: json('too many requests', 429),
    receive({ url, headers, body }, now) {
      if (url.pathname !== `${path}/api/v2/alerts`) return { answer: json('not found', 404), message: null };
      if (secret !== null && headers.authorization !== `Bearer ${secret}`)
        return { answer: { status: 401, body: 'Unauthorized' }, message: null };
      const alerts = v.safeParse(alertsSchema, parse(body));
      if (!alerts.success) return { answer: json(alerts.issues[0].message, 400), message: null };
      const lines = alerts.output.flatMap(({ labels, annotations, endsAt }) => {
        const identity = JSON.stringify(labels);
        const state = Date.parse(endsAt) <= now ? 'resolved' : 'firing';
        if (known.get(identity) === state) return [];
        known.set(identity, state);
        const { alertname = '', ...others } = labels;
        const rest = Object.entries(others).map(([name, value]) => `${name}=${value}`);
        // As its page shows an alert: the other annotations say the same again.
        const { summary = '', description = '' } = annotations;
        const words = [summary, description].filter((text) => text !== '');
        return [`${state}: ${[alertname, ...rest].join(' ')}`, ...words].join('\n');
      });
      return {
        answer: { status: 200, body: '' },
        message:
          lines.length === 0
            ? null
            : { title: `${lines.length} alerts`, text: lines.join('\n'), mentions: [] },
      };
    },
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
