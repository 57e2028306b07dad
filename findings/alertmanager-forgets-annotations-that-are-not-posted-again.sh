#!/usr/bin/env bash
# Alertmanager 0.25.0 (Debian's prometheus-alertmanager)
# Most people expect: the labels are an alert's identity, so that a later post may bring the labels and the new endsAt alone.
# Seen: each post replaces annotations and generatorURL as a whole. An end without them makes an empty "resolved" notice.
set -eu
version=$(prometheus-alertmanager --version 2>&1 | head -1)
case $version in *"version 0.25.0"*) ;; *) echo "This is not Alertmanager 0.25.0: $version"; exit 1 ;; esac
folder=$(mktemp -d)
printf 'route: { receiver: none }\nreceivers: [ { name: none } ]\n' > "$folder/config.yml"
port=$(node -p "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close() }); ''" | tail -1)
prometheus-alertmanager --config.file="$folder/config.yml" --storage.path="$folder/data" --cluster.listen-address= \
  --web.listen-address="127.0.0.1:$port" 2> "$folder/log" &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
cat > "$folder/seen.mjs" <<'EOF'
const url = `http://127.0.0.1:${process.argv[2]}/api/v2/alerts`;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
for (let tries = 0; tries < 100 && !(await fetch(url).then(({ ok }) => ok, () => false)); tries++) await wait(100);
async function post(more) {
  const alert = { labels: { alertname: 'Seen' }, endsAt: new Date(Date.now() + 600_000).toISOString(), ...more };
  await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify([alert]) });
  const [{ annotations, generatorURL }] = await (await fetch(url)).json();
  return JSON.stringify({ annotations, generatorURL });
}
const first = await post({ annotations: { summary: 'a task stopped' }, generatorURL: 'https://example.com/1' });
const second = await post({});
console.log(`posted with them: ${first}`);
console.log(`posted again without: ${second}`);
if (!first.includes('a task stopped') || second.includes('a task stopped') || second.includes('example.com')) {
  console.log('No longer so: annotations outlive a post without them.');
  process.exitCode = 1;
}
EOF
node "$folder/seen.mjs" "$port"
