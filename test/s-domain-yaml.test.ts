import path from 'node:path';
import { resolveSpec } from '../shared/deployment/spec';

const SPEC = path.join(__dirname, '../s.domain.yaml');

test.each([
  {
    name: 'without HTTPS, and then without a certificate',
    env: { QUERY_DOMAIN_PROTOCOL: 'HTTP' },
    props: { protocol: 'HTTP', certConfig: false },
  },
  {
    name: 'with a certificate that the cloud keeps',
    env: { QUERY_DOMAIN_CERTIFICATE: '{"certId":12345678}' },
    props: { protocol: 'HTTPS', certConfig: { certId: 12345678 } },
  },
  {
    name: 'in another region, with the files of a certificate',
    env: {
      FC_REGION_ID: 'cn-shanghai',
      QUERY_DOMAIN_PROTOCOL: 'HTTP,HTTPS',
      QUERY_DOMAIN_CERTIFICATE: '{"certName":"robots","certificate":"./a.pem","privateKey":"./a.key"}',
    },
    props: {
      region: 'cn-shanghai',
      protocol: 'HTTP,HTTPS',
      certConfig: { certName: 'robots', certificate: './a.pem', privateKey: './a.key' },
    },
  },
])('Serverless Devs leads the domain to the query function $name', async ({ env, props }) => {
  const { steps } = await resolveSpec(SPEC, { QUERY_DOMAIN: 'robots.example.com', ...env });
  expect(steps).toEqual([
    {
      projectName: 'query-domain',
      component: 'fc3-domain',
      props: {
        region: 'cn-hangzhou',
        domainName: 'robots.example.com',
        routeConfig: { routes: [{ path: '/*', functionName: 'query-robot-tasks' }] },
        ...props,
      },
    },
  ]);
});
