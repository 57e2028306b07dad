#!/usr/bin/env bash
# croner 11.0.1; Function Compute's page on timers:
# https://help.aliyun.com/zh/functioncompute/fc/user-guide/time-triggers
# Most people expect: a library of six-field cron understands what Function Compute documents, and nothing that it does not.
# Seen: it refuses `0/5` (Function Compute's own example: from 0 on, every 5), takes a date for a job that runs once, and takes
# `L` and `#`, which Function Compute does not list.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --ignore-scripts --silent croner@11.0.1
cat > seen.mjs <<'EOF'
import { Cron } from 'croner';
const rows = [
  { pattern: '0 0/5 12-14 ? * MON-FRI', functionCompute: true, croner: false },
  { pattern: '0 0 12 ? * MON-FRI', functionCompute: true, croner: true },
  { pattern: '2027-03-01T09:00:00', functionCompute: false, croner: true },
  { pattern: '0 0 9 L * *', functionCompute: false, croner: true },
  { pattern: '0 0 9 * * 2#1', functionCompute: false, croner: true },
];
for (const { pattern, functionCompute, croner } of rows) {
  let takes = true;
  try {
    new Cron(pattern, { mode: '6-part', paused: true }).nextRun();
  } catch {
    takes = false;
  }
  console.log(`${pattern}: croner ${takes ? 'takes' : 'refuses'} it, Function Compute ${functionCompute ? 'documents' : 'does not document'} it`);
  if (takes !== croner) {
    console.log(`No longer so: ${pattern}`);
    process.exitCode = 1;
  }
}
EOF
node seen.mjs
