import { nearest } from './nearest';

/** Where Function Compute 3.0 runs, as its component knows it: https://github.com/devsapp/fc3, src/interface/region.ts */
const REGIONS = [
  'cn-hangzhou',
  'cn-shanghai',
  'cn-qingdao',
  'cn-beijing',
  'cn-zhangjiakou',
  'cn-huhehaote',
  'cn-shenzhen',
  'cn-chengdu',
  'cn-hongkong',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-5',
  'ap-southeast-7',
  'ap-south-1',
  'eu-central-1',
  'eu-west-1',
  'us-east-1',
  'us-west-1',
];

/** Tablestore is in a few regions more: https://help.aliyun.com/zh/tablestore/product-overview/endpoints */
const TABLESTORE_REGIONS = [
  ...REGIONS,
  'cn-wulanchabu',
  'cn-guangzhou',
  'cn-heyuan',
  'cn-nanjing',
  'ap-southeast-6',
  'me-central-1',
  'me-east-1',
];

/** Why the functions cannot be in this region, completing "FC_REGION_ID …"; null when they can. */
export function regionProblem(region: string): string | null {
  return problem(region, REGIONS, 'Function Compute');
}

/** Why the table cannot be in this region, completing "STATE_STORE …"; null when it can. */
export function tablestoreRegionProblem(region: string): string | null {
  return problem(region, TABLESTORE_REGIONS, 'Tablestore');
}

function problem(region: string, regions: readonly string[], service: string): string | null {
  if (regions.includes(region)) return null;
  const withoutCountry = regions.find((known) => known.split('-').slice(1).join('-') === region);
  const meant = withoutCountry ?? nearest(region, regions);
  const hint = meant === null ? `such as ${regions[0] ?? ''}` : `did you mean ${meant}?`;
  return `names no region of ${service}: ${hint}`;
}
