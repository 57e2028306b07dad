#!/usr/bin/env bash
# @serverless-devs/parse-spec 0.0.29, which resolves s.yaml for every `s` command
# Most people expect: `version: 2026-03-01` in s.yaml arrives as that text, or as a date.
# Seen: YAML makes a date of it, and the resolver an empty object. Quotes keep it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --ignore-scripts --silent @serverless-devs/parse-spec@0.0.29
cat > s.yaml <<'EOF'
edition: 3.0.0
name: seen
access: default
resources:
  one:
    component: fc3
    props:
      environmentVariables:
        SINCE: 2026-03-01
        QUOTED: '2026-03-01'
EOF
cat > seen.js <<'EOF'
const { default: ParseSpec } = require('@serverless-devs/parse-spec');
const silent = { debug() {}, warnOnce() {}, tips() {}, warn() {}, info() {} };
new ParseSpec('s.yaml', { argv: [], logger: silent }).start().then(({ steps }) => {
  const { SINCE, QUOTED } = steps[0].props.environmentVariables;
  console.log(`SINCE: 2026-03-01 becomes ${JSON.stringify(SINCE)}, and QUOTED: '2026-03-01' ${JSON.stringify(QUOTED)}`);
  if (JSON.stringify(SINCE) !== '{}' || QUOTED !== '2026-03-01') {
    console.log('No longer so: a date is no empty object.');
    process.exitCode = 1;
  }
});
EOF
node seen.js
