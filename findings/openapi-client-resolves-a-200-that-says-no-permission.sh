#!/usr/bin/env bash
# @alicloud/openapi-client 0.4.15
# Most people expect: a call that the service refuses rejects.
# Seen: only the HTTP status counts. A 200 whose body says `"Code": "NoPermission"` resolves, as an answer like any other.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --ignore-scripts --silent @alicloud/openapi-client@0.4.15
cat > seen.js <<'EOF'
const http = require('node:http');
const { default: OpenApi, Config } = require('@alicloud/openapi-client');
const server = http.createServer((request, response) => {
  response.setHeader('content-type', 'application/json').end('{"Code":"NoPermission","Message":"You may not.","RequestId":"R-1"}');
});
server.listen(0, '127.0.0.1', async () => {
  const endpoint = `127.0.0.1:${server.address().port}`;
  const client = new OpenApi(new Config({ endpoint, protocol: 'http', accessKeyId: 'id', accessKeySecret: 'secret' }));
  const params = { action: 'QueryRobotTaskList', version: '2017-05-25', protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json' };
  const outcome = await client.callApi(params, { query: {} }, {}).then(({ body }) => `resolves to ${JSON.stringify(body)}`, (error) => `rejects: ${error.message}`);
  console.log(`A 200 whose Code is NoPermission ${outcome}`);
  if (!/^resolves.*NoPermission/.test(outcome)) {
    console.log('No longer so: it does not resolve.');
    process.exitCode = 1;
  }
  server.close();
  server.closeAllConnections();
});
EOF
node seen.js
