import type { Entry, MessageText, Section } from '../../text/message-text';

/** Mail programs know little CSS: all of it is inline, in one column that fits a phone. */
const STYLES = {
  page: 'margin:0;padding:16px;background:#f5f6f8;color:#1c1e21',
  card: 'max-width:560px;margin:0 auto;padding:20px;background:#fff;border-radius:8px;font:16px/1.5 -apple-system,"Segoe UI","PingFang SC","Microsoft YaHei",sans-serif',
  title: 'margin:0 0 16px;padding-left:12px;font-size:19px;line-height:1.35',
  heading: 'margin:20px 0 4px;font-weight:600',
  name: 'margin:12px 0 0;font-weight:600',
  lines: 'margin:4px 0 0',
  button:
    'display:inline-block;margin:16px 12px 0 0;padding:10px 16px;border-radius:6px;background:#1a5fb4;color:#fff;text-decoration:none',
  link: 'display:inline-block;margin:16px 12px 0 0;padding:10px 0;color:#1a5fb4',
  closing: 'margin:20px 0 0;color:#6b7280;font-size:13px',
} as const;

const COLOURS: Readonly<Record<MessageText['tone'], string>> = {
  stopped: '#c01c28',
  warning: '#c64600',
  recovered: '#26a269',
  info: '#1a5fb4',
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The HTML part. */
export const htmlPart = { escape, render };

function escape(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function render({ tone, title, sections, links, closing }: MessageText): string {
  return [
    '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>',
    `<body style="${attribute(STYLES.page)}"><div style="${attribute(STYLES.card)}">`,
    `<h1 style="${STYLES.title};border-left:4px solid ${COLOURS[tone]}">${title}</h1>`,
    ...sections.map(section),
    '<div>',
    ...links.map(({ label, url }, index) => {
      const style = index === 0 ? STYLES.button : STYLES.link;
      return `<a href="${escape(url)}" style="${style}">${label}</a>`;
    }),
    '</div>',
    `<p style="${STYLES.closing}">${closing}</p></div></body></html>`,
  ].join('');
}

function section({ heading, entries }: Section): string {
  const head = heading === null ? '' : `<p style="${STYLES.heading}">${heading}</p>`;
  return head + entries.map(entryOf).join('');
}

function entryOf({ name, lines, numbered = false }: Entry): string {
  const head = name === null ? '' : `<p style="${STYLES.name}">${name}</p>`;
  if (numbered) {
    return `${head}<ol style="margin:4px 0 0;padding-left:30px">${lines.map((line) => `<li>${line}</li>`).join('')}</ol>`;
  }
  return `${head}<p style="${STYLES.lines}">${lines.join('<br>')}</p>`;
}

function attribute(value: string): string {
  return value.replace(/"/g, "'");
}
