#!/usr/bin/env bash
# Alertmanager 0.25.0 (Debian's prometheus-alertmanager)
# Most people expect: an alert that is posted again with an earlier endsAt ends then. So a sender that says "it is over" posts
# endsAt = now.
# Seen: where endsAt is still ahead when it arrives, if only because the sender's clock is a second ahead, the answer is 200 and the
# older, later endsAt stays. One that is past on arrival ends the alert at once.
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
const start = Date.now();
const at = (ms) => new Date(start + ms).toISOString();
async function post(endsAt) {
  const alert = { labels: { alertname: 'Seen' }, startsAt: at(-60_000), endsAt };
  const { status } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify([alert]) });
  return status;
}
const ends = async () => (await (await fetch(url)).json()).map(({ endsAt }) => Math.round((Date.parse(endsAt) - start) / 1000));
console.log(`posted with an end in 600 s: ${await post(at(600_000))}, it ends in ${await ends()} s`);
console.log(`posted again with an end in 2 s: ${await post(at(2000))}`);
await wait(4000);
const afterEnd = await ends();
console.log(`4 s later it stands, and ends in ${afterEnd} s`);
console.log(`posted again with an end a minute ago: ${await post(at(-60_000 + 1))}`);
await wait(500);
const afterPast = await ends();
console.log(`then ${afterPast.length} alerts stand`);
if (afterEnd.join() !== '600' || afterPast.length !== 0) {
  console.log('No longer so: an end that is ahead is heeded, or one that is past is not.');
  process.exitCode = 1;
}
EOF
node "$folder/seen.mjs" "$port"
