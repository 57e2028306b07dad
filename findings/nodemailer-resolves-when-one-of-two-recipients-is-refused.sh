#!/usr/bin/env bash
# nodemailer 10.6.1, smtp-server 3.21.6
# Most people expect: sendMail rejects when a recipient is refused, or at least when the server says 550 (never).
# Seen: as long as one recipient is taken it resolves, with 250. Only `rejected` names the other, and `rejectedErrors` says why.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --ignore-scripts --silent nodemailer@10.6.1 smtp-server@3.21.6
cat > seen.js <<'EOF'
const { SMTPServer } = require('smtp-server');
const { createTransport } = require('nodemailer');
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo({ address }, session, callback) {
    if (address === 'here@example.com') callback();
    else callback(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
  },
  onData(stream, session, callback) {
    stream.resume().on('end', () => callback());
  },
});
const listening = server.listen(0, '127.0.0.1', async () => {
  const transport = createTransport({ host: '127.0.0.1', port: listening.address().port });
  const mail = { from: 'watch@example.com', to: ['here@example.com', 'gone@example.com'], subject: 's', text: 't' };
  const outcome = await transport.sendMail(mail).then(
    ({ response, accepted, rejected, rejectedErrors }) => ({ response, accepted, rejected, codes: rejectedErrors.map(({ responseCode }) => responseCode) }),
    (error) => ({ error: error.message }),
  );
  console.log('One of two recipients is refused with 550:', JSON.stringify(outcome));
  if (outcome.rejected?.join() !== 'gone@example.com' || outcome.codes.join() !== '550') {
    console.log('No longer so: sendMail does not resolve with one recipient rejected.');
    process.exitCode = 1;
  }
  transport.close();
  server.close(() => undefined);
});
EOF
node seen.js
