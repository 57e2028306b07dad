import { documentChanges } from '../../../scripts/bootstrap/policy-document';
import { desiredResources } from '../../../scripts/bootstrap/resources';

const { identities } = desiredResources(
  {
    deployment: { query: 'query-robot-tasks', watch: 'watch-robot-tasks', region: 'cn-hangzhou' },
    queryRole: 'query',
    watchRole: 'watch',
    table: null,
    source: 'dyvms',
    startsTasks: false,
    asksBalance: false,
  },
  '1234567890123456',
);
const [, watch] = identities;
if (watch === undefined) throw new Error('The watch has no role.');
const { trust, permissions } = watch;

const same = [
  { name: 'as we write it', found: JSON.stringify(trust) },
  {
    name: 'with another order of keys and blanks',
    found:
      '{ "Version": "1", "Statement": [ { "Principal": { "Service": ["fc.aliyuncs.com"] }, "Effect": "Allow", "Action": "sts:AssumeRole" } ] }',
  },
  {
    name: 'with a list of one where we write a text, and the other way round',
    found:
      '{"Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":"fc.aliyuncs.com"}}],"Version":"1"}',
  },
  {
    name: 'with a lone statement',
    found:
      '{"Statement":{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["fc.aliyuncs.com"]}},"Version":"1"}',
  },
];

test.each(same)('A policy that means the same is no change: $name', ({ found }) => {
  expect(documentChanges(found, trust)).toEqual([]);
});

test('Actions in another order are no change', () => {
  const found = {
    Version: '1',
    Statement: [
      { Effect: 'Allow', Resource: '*', Action: ['dyvms:QueryRobotTaskDetail', 'dyvms:QueryRobotTaskList'] },
    ],
  };
  expect(documentChanges(JSON.stringify(found), permissions)).toEqual([]);
});

test('What goes and what comes is shown, what stays is not', () => {
  const found = {
    Version: '1',
    Statement: [...trust.Statement, { Effect: 'Allow', Action: '*', Resource: '*' }],
  };
  expect(documentChanges(JSON.stringify(found), trust)).toEqual([
    '- {"Action":["*"],"Effect":"Allow","Resource":["*"]}',
  ]);
  expect(documentChanges('{"Version":"1"}', trust)).toEqual([
    '+ {"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":["fc.aliyuncs.com"]}}',
  ]);
});

test('A refusal is not taken for a permission', () => {
  const found = JSON.stringify(trust).replace('Allow', 'Deny');
  expect(documentChanges(found, trust)).toHaveLength(2);
});

test('A policy that is no JSON is replaced', () => {
  expect(documentChanges('<xml/>', trust)).toEqual(['- "<xml/>"', expect.stringContaining('+ ') as unknown]);
});
