/** `node --import tsx scripts/cost.ts` prints the cost table of docs/deploy.md, for the sizes in s.yaml. */
import { declaredFunction, readFunctionSet, type DeclaredFunction } from './function-set';
import { readOptions, runCommand } from './command-line';

export interface Usage {
  readonly vcpu: number;
  readonly memoryMb: number;
  readonly callsPerHour: number;
  /** From the call's start to its end on a warm instance, seconds: waiting for an answer counts as well. */
  readonly secondsPerCall: number;
  /** Hours of the month in which there are calls. */
  readonly hours: number;
}

export interface Cost {
  /** Compute units of the month. */
  readonly units: number;
  /** What they cost, yuan. */
  readonly forUnits: number;
  /** What is billed, yuan: at least MINIMUM_PER_HOUR for each hour. */
  readonly billed: number;
}

/** Function Compute 3.0 in mainland China, pay-as-you-go: https://help.aliyun.com/zh/functioncompute/fc/product-overview/billing-overview */
const UNITS_PER_VCPU_SECOND = 1;
const UNITS_PER_GB_SECOND = 0.15;
const UNITS_PER_CALL = 75 / 10_000;
const YUAN_PER_UNIT = 0.00011;
const MINIMUM_PER_HOUR = 0.01;

/** What one function costs in a month. */
export function monthlyCost({ vcpu, memoryMb, callsPerHour, secondsPerCall, hours }: Usage): Cost {
  const perSecond = vcpu * UNITS_PER_VCPU_SECOND + (memoryMb / 1024) * UNITS_PER_GB_SECOND;
  const unitsPerHour = callsPerHour * (secondsPerCall * perSecond + UNITS_PER_CALL);
  const yuanPerHour = unitsPerHour * YUAN_PER_UNIT;
  return {
    units: unitsPerHour * hours,
    forUnits: yuanPerHour * hours,
    billed: Math.max(yuanPerHour, callsPerHour > 0 ? MINIMUM_PER_HOUR : 0) * hours,
  };
}

const MONTH_HOURS = 30 * 24;

/** The table, in Markdown. */
export function costTable(watch: DeclaredFunction, query: DeclaredFunction): string {
  const rows = [
    ...[60, 12].flatMap((callsPerHour) =>
      [0.5, 1, 3].map((secondsPerCall) => ({
        name: `watch, a poll every ${60 / callsPerHour} min, ${secondsPerCall} s each`,
        cost: monthlyCost({ ...watch, callsPerHour, secondsPerCall, hours: MONTH_HOURS }),
      })),
    ),
    {
      name: 'query, a dashboard that asks every minute, 0.5 s each',
      cost: monthlyCost({ ...query, callsPerHour: 60, secondsPerCall: 0.5, hours: MONTH_HOURS }),
    },
    {
      name: 'query, 20 calls an hour in office hours (22 days of 8 h), 0.5 s each',
      cost: monthlyCost({ ...query, callsPerHour: 20, secondsPerCall: 0.5, hours: 22 * 8 }),
    },
  ];
  return [
    '| function | compute units a month | their price | billed a month |',
    '|---|---|---|---|',
    ...rows.map(
      ({ name, cost }) =>
        `| ${name} | ${Math.round(cost.units).toLocaleString('en')} | ¥${cost.forUnits.toFixed(2)} | **¥${cost.billed.toFixed(2)}** |`,
    ),
  ].join('\n');
}

if (require.main === module) {
  runCommand(async () => {
    const usage =
      'node --import tsx scripts/cost.ts\n\nPrints the cost table of docs/deploy.md for the sizes in s.yaml.';
    if (readOptions(process.argv.slice(2), { usage, options: {} }, console.log) === null) return 0;
    const functionSet = await readFunctionSet(process.cwd(), process.env);
    const [watch, query] = (['watch-robot-tasks', 'query-robot-tasks'] as const).map((name) =>
      declaredFunction(functionSet, name),
    );
    if (watch !== undefined && query !== undefined) console.log(costTable(watch, query));
    return 0;
  });
}
