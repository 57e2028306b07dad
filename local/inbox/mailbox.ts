/** Plays a mail server: what it takes is shown as a mail program shows it. */
import type { AddressInfo } from 'node:net';
import PostalMime, { type Address } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { SeenMessage } from './robot';

export interface Mailbox {
  /** Listens on 127.0.0.1, and resolves to the URL that an e-mail channel is given, with user and password. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

const USER = 'robot-task-watch';

/** `password` is asked for; `onMail` gets each mail that is taken. */
export function createMailbox(password: string, onMail: (mail: SeenMessage) => void): Mailbox {
  const server = new SMTPServer({
    // On this machine alone, and without a certificate that anybody could know.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth(given, _session, callback) {
      if (given.username === USER && given.password === password) callback(null, { user: USER });
      else callback(new Error('The password is wrong.'));
    },
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        PostalMime.parse(Buffer.concat(chunks)).then(
          ({ subject = '', from, to = [], text = '' }) => {
            const head = [
              `From: ${addressOf(from)}`,
              `To: ${to.map(addressOf).join(', ')}`,
              `Subject: ${subject}`,
            ];
            onMail({ title: subject, text: [...head, '', text.trimEnd()].join('\n'), mentions: [] });
            callback();
          },
          () => {
            callback(new Error('The mail cannot be read.'));
          },
        );
      });
    },
  });
  // A client that breaks off is no concern of the others.
  server.on('error', () => undefined);
  return {
    async listen() {
      const port = await new Promise<number>((resolve, reject) => {
        server.once('error', reject);
        const listening = server.listen(0, '127.0.0.1', () => {
          resolve((listening.address() as AddressInfo).port);
        });
      });
      return `smtp://${USER}:${password}@127.0.0.1:${port}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

function addressOf(address: Address | undefined): string {
  const { name = '', address: mailbox = '' } = address ?? {};
  return name === '' ? mailbox : `${name} <${mailbox}>`;
}
