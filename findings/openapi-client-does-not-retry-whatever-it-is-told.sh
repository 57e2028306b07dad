#!/usr/bin/env bash
# @alicloud/openapi-client 0.4.15
# Most people expect: `autoretry: true` and `maxAttempts: 4` make four tries of a call that is throttled or meets a 503.
# Seen: one request goes out, and its error comes back.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --ignore-scripts --silent @alicloud/openapi-client@0.4.15
cat > seen.js <<'EOF'
const http = require('node:http');
const { default: OpenApi, Config } = require('@alicloud/openapi-client');
let requests = 0;
const answers = [
  [400, 'Throttling.User'],
  [503, 'ServiceUnavailable'],
];
const server = http.createServer((request, response) => {
  const [status, code] = answers[requests];
  requests += 1;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ Code: code, Message: 'later', RequestId: 'R-1' }));
});
server.listen(0, '127.0.0.1', async () => {
  const endpoint = `127.0.0.1:${server.address().port}`;
  const client = new OpenApi(new Config({ endpoint, protocol: 'http', accessKeyId: 'id', accessKeySecret: 'secret' }));
  const params = { action: 'QueryRobotTaskList', version: '2017-05-25', protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json' };
  for (const [status, code] of answers) {
    const before = requests;
    const error = await client.callApi(params, { query: {} }, { autoretry: true, maxAttempts: 4, backoffPolicy: 'no' }).catch((reason) => reason);
    console.log(`${status} ${code}: ${requests - before} request, and the error ${error.code}`);
  }
  if (requests !== answers.length) {
    console.log(`No longer so: ${requests} requests for ${answers.length} calls.`);
    process.exitCode = 1;
  }
  server.close();
  server.closeAllConnections();
});
EOF
node seen.js
