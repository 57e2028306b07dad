import { lineOf } from '../../scripts/spec-line';

const SPEC = `edition: 3.0.0
# resources: none
resources:
  query:
    component: fc3
    props:
      region: here
      triggers:
      - triggerName: http
        triggerConfig:
          region: there
      - triggerName: timer
        enable: true
  'watch':
    props:
      cpu: much
`;

test.each([
  { at: ['resources', 'query', 'props', 'region'], line: 7 },
  { at: ['resources', 'query', 'props', 'triggers', '0', 'triggerConfig', 'region'], line: 11 },
  { at: ['resources', 'query', 'props', 'triggers', '1', 'triggerName'], line: 12 },
  { at: ['resources', 'query', 'props', 'triggers', '1', 'enable'], line: 13 },
  { at: ['resources', 'watch', 'props', 'cpu'], line: 16 },
  { at: ['resources', 'watch', 'props', 'role'], line: 15 },
  { at: ['vars'], line: 1 },
])('The line of $at is $line', ({ at, line }) => {
  expect(lineOf(SPEC, at)).toBe(line);
});
