/** Warm requests through the event path of the built query function, and what 10,000 tasks take of an instance's memory. */
import type { Figure } from './figure';
import { bundlePath, CONTEXT, httpEvent, invocation, lastLine, run, TOKEN } from './programs';
import { median, medianRatio } from './statistics';
import { startUpstream } from './upstream';

const ROUNDS = 7;
const MOST_TASKS = 10_000;
/** Neither the log's lines nor the pipe that they go through are measured. */
const QUIET = { API_TOKENS: TOKEN, LOG_LEVEL: 'silent' };

/** Milliseconds of CPU for one request, one number a round. */
interface Warm {
  /** A handler that parses the event and writes it again: the reference for the next one. */
  readonly json: readonly number[];
  /** GET /healthz: the event path alone. */
  readonly health: readonly number[];
  /** A handler that makes one request with node:http, parses its 20 tasks and writes them again: the reference for the next one. */
  readonly request: readonly number[];
  /** GET /tasks: the same through the shared client, signed and validated. */
  readonly tasks: readonly number[];
}

/** Prints a Warm. The four take turns, and the first round only warms up. */
const WARM = `
  const { handler } = require(${JSON.stringify(bundlePath('query-robot-tasks'))});
  const http = require('node:http');
  const agent = new http.Agent({ keepAlive: true });
  const json = (event) => ({ statusCode: 200, body: JSON.stringify(JSON.parse(event)) });
  const request = () =>
    new Promise((resolve, reject) => {
      const url = process.env.DYVMSAPI_ENDPOINT + '/?PageNo=1&PageSize=20';
      http.request(url, { method: 'POST', agent }, async (response) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ statusCode: 200, body: JSON.stringify(JSON.parse(JSON.parse(text).Data)) });
      }).on('error', reject).end();
    });
  const tasks = ${JSON.stringify(httpEvent('/tasks'))};
  const health = ${JSON.stringify(httpEvent('/healthz'))};
  async function cpuOf(answer, event, count) {
    const before = process.cpuUsage();
    for (let left = count; left > 0; left--) {
      const { statusCode, body } = await answer(Buffer.from(event), ${JSON.stringify(CONTEXT)});
      if (statusCode !== 200) throw new Error(body);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / count;
  }
  (async () => {
    const warm = { json: [], health: [], request: [], tasks: [] };
    for (let round = 0; round <= ${ROUNDS}; round++) {
      warm.json[round] = await cpuOf(json, health, 5000);
      warm.health[round] = await cpuOf(handler, health, 2000);
      warm.request[round] = await cpuOf(request, tasks, 300);
      warm.tasks[round] = await cpuOf(handler, tasks, 300);
    }
    for (const rounds of Object.values(warm)) rounds.shift();
    console.log(JSON.stringify(warm));
    process.exit();
  })();`;

export async function benchRequests(): Promise<Figure[]> {
  return [...(await benchWarm()), await benchMemory()];
}

async function benchWarm(): Promise<Figure[]> {
  const upstream = await startUpstream({ tasks: 100 });
  try {
    const warm = JSON.parse(
      lastLine(WARM, { ...QUIET, DYVMSAPI_ENDPOINT: upstream.endpoint.origin }),
    ) as Warm;
    return [
      warmFigure('warm GET /healthz', warm.health, 'a handler that parses and writes JSON', warm.json),
      warmFigure(
        'warm GET /tasks, one upstream call',
        warm.tasks,
        'a bare kept-alive request and its JSON',
        warm.request,
      ),
    ];
  } finally {
    upstream.close();
  }
}

function warmFigure(
  name: string,
  ours: readonly number[],
  what: string,
  reference: readonly number[],
): Figure {
  const ratio = medianRatio(ours, reference).toFixed(1);
  return {
    name,
    value: Math.round(1000 / median(ours)),
    unit: 'per second of CPU',
    note: `${median(ours).toFixed(3)} ms each, ${ratio} × ${what} (${median(reference).toFixed(3)} ms)`,
  };
}

/** The peak of an instance that collects and sorts the most tasks it may, against one that has answered /healthz. */
async function benchMemory(): Promise<Figure> {
  const upstream = await startUpstream({ tasks: MOST_TASKS });
  try {
    const env = { ...QUIET, DYVMSAPI_ENDPOINT: upstream.endpoint.origin };
    const peakOf = (path: string, query: Readonly<Record<string, string>>) => {
      const program = invocation('query-robot-tasks', httpEvent(path, query));
      return median([1, 2, 3].map(() => run(program, env).peakBytes)) / 1e6;
    };
    const idle = peakOf('/healthz', {});
    const peak = peakOf('/tasks', { sort: 'taskName' });
    return {
      name: `memory of an instance that collects ${MOST_TASKS} tasks`,
      value: Math.round(peak),
      unit: 'MB',
      note: `resident at its peak, ${Math.round(peak - idle)} MB more than one that answered /healthz; s.yaml gives it 512`,
    };
  } finally {
    upstream.close();
  }
}
