/**
 * Metrics as text: Prometheus' format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), and OpenMetrics 1.0
 * (https://prometheus.io/docs/specs/om/open_metrics_spec/).
 */
import { FAMILIES, type FamilyName, type FamilyTraits, type Sample, type Samples } from './families';

export type Format = 'prometheus' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

const MOST_RANGES = 20;

/** OpenMetrics for who prefers it to plain text, or likes it as well. */
export function formatOf(accept: string | undefined): Format {
  let [plain, openMetrics] = [0, 0];
  for (const range of (accept ?? '').toLowerCase().split(',', MOST_RANGES)) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const version = parameters.find((parameter) => parameter.startsWith('version='));
    const [, weight = '1'] = /^q=([01](?:\.\d{0,3})?)$/.exec(parameters.at(-1) ?? '') ?? [];
    if (type === 'application/openmetrics-text' && (version ?? 'version=1.0.0') === 'version=1.0.0') {
      openMetrics = Math.max(openMetrics, Number(weight));
    } else if (type === 'text/plain') {
      plain = Math.max(plain, Number(weight));
    }
  }
  return openMetrics > 0 && openMetrics >= plain ? 'openmetrics' : 'prometheus';
}

/** The families in the order of FAMILIES; one without a sample is left out. */
export function expose(samples: Samples, format: Format): string {
  const names = Object.keys(FAMILIES) as FamilyName[];
  const families = names.map((name) => familyText(name, samples[name] ?? [], format));
  return `${families.join('')}${format === 'openmetrics' ? '# EOF\n' : ''}`;
}

function familyText(name: FamilyName, samples: readonly Sample[], format: Format): string {
  if (samples.length === 0) return '';
  const { help, type }: FamilyTraits = FAMILIES[name];
  const isOpen = format === 'openmetrics';
  // An info metric is named without its suffix there, and does not exist in Prometheus' own format.
  const family = isOpen && type === 'info' ? name.replace(/_info$/, '') : name;
  const head = `# HELP ${family} ${help}\n# TYPE ${family} ${isOpen ? type : 'gauge'}\n`;
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return head + lines.join('');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return entries.length === 0 ? '' : `{${entries.join(',')}}`;
}

/** Other control characters than a newline are allowed, and half a character (a lone surrogate) is not. */
function escape(value: string): string {
  const wellFormed = value.replace(/\p{Surrogate}/gu, '\ufffd');
  return wellFormed.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
