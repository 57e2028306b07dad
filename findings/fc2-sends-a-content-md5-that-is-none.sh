#!/usr/bin/env bash
# @alicloud/fc2 2.6.6
# Most people expect: Content-MD5 is the base64 of the 16 bytes of the digest (RFC 1864, and Alibaba Cloud's other APIs).
# Seen: it is the base64 of the digest's 32 hex digits. A server that checks it by the RFC refuses every call with a body.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --ignore-scripts --silent @alicloud/fc2@2.6.6
cat > seen.js <<'EOF'
const http = require('node:http');
const { createHash } = require('node:crypto');
const FC = require('@alicloud/fc2');
const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    const md5 = createHash('md5').update(Buffer.concat(chunks));
    const hex = md5.digest('hex');
    const sent = request.headers['content-md5'];
    const expected = Buffer.from(hex, 'hex').toString('base64');
    console.log(`sent ${sent}, by the RFC ${expected}`);
    if (sent !== Buffer.from(hex).toString('base64')) {
      console.log('No longer so: it is not the base64 of the hex digits.');
      process.exitCode = 1;
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
});
server.listen(0, '127.0.0.1', async () => {
  const client = new FC('1000000000000001', { accessKeyID: 'id', accessKeySecret: 'secret', region: 'cn-hangzhou' });
  client.endpoint = `http://127.0.0.1:${server.address().port}`;
  await client.post('/services', { serviceName: 'seen' });
  server.close();
  server.closeAllConnections();
});
EOF
node seen.js 2> /dev/null
