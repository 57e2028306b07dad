/** A picture of an alert as a group sees it on a phone: the real message's words, in a card that looks like a chat's. */
import type { Browser } from 'puppeteer-core';
import { plain } from '../../functions/watch-robot-tasks/channels/chat/plain';
import type { Message } from '../../functions/watch-robot-tasks/rules/message';
import { fitMessage } from '../../functions/watch-robot-tasks/text/fit';
import { formatEntry } from '../../functions/watch-robot-tasks/text/markup';
import type { MessageText } from '../../functions/watch-robot-tasks/text/message-text';
import type { RobotTask } from '../../shared/robot-task';
import type { Language } from '../../shared/text';

const STYLE = `
  body { margin: 0; padding: 20px 14px; background: #eff0f1; color: #1f2329;
    font: 15px/1.6 -apple-system, 'Noto Sans CJK SC', 'DejaVu Sans', sans-serif; }
  .from { margin: 0 0 6px 4px; font-size: 12px; color: #646a73; }
  .card { background: #fff; border-radius: 8px; overflow: hidden; box-shadow: 0 1px 2px #1f232926; }
  h1 { margin: 0; padding: 10px 14px; font-size: 16px; background: #fde2e2; color: #a61d24; }
  section { margin: 0 14px; padding: 10px 0; }
  section + section { border-top: 1px solid #dee0e3; }
  b { display: block; }
  p { margin: 0; white-space: pre-line; }
  nav { display: grid; gap: 8px; padding: 2px 14px 10px; }
  nav span { padding: 5px; border: 1px solid #bbbfc4; border-radius: 6px; text-align: center; }
  nav span:first-child { background: #3370ff; border-color: #3370ff; color: #fff; }
  footer { padding: 0 14px 10px; font-size: 12px; color: #8f959e; }`;

/** @param now Epoch milliseconds. @param file Where the picture is written, a WebP. */
export async function takeAlertPicture(
  browser: Browser,
  language: Language,
  now: number,
  file: `${string}.webp`,
): Promise<void> {
  const text = fitMessage(
    stop(now),
    { language, channel: 'ops', linkTo: () => 'https://example.com/', escape: plain.escape },
    (rendered) => rendered,
    () => true,
  );
  const page = await browser.newPage();
  try {
    await page.setViewport({ width: 390, height: 400, deviceScaleFactor: 2 });
    await page.setContent(html(text, language));
    await page.screenshot({ path: file, fullPage: true, type: 'webp', quality: 80 });
  } finally {
    await page.close();
  }
}

function stop(now: number): Message {
  const task: RobotTask = {
    id: '1045011',
    taskName: '春季回访',
    robotId: null,
    robotName: '回访机器人',
    status: 'ARREARS_STOP',
    scheduleType: null,
    createTime: null,
    fireTime: null,
    completeTime: null,
    totalCount: 1000,
    finishCount: 641,
  };
  return {
    kind: 'alert',
    id: 'alert-1',
    now,
    firing: [{ task, status: task.status, previousStatus: null, since: now - 60_000, reminders: 0 }],
    repeated: [],
    acknowledged: [],
    resolved: [],
    notices: [],
    watchStatus: 'ok',
    duplicatesPossible: false,
  };
}

function html({ title, sections, links, closing }: MessageText, language: Language): string {
  const bodies = sections.map(({ heading, entries }) => {
    const blocks = entries.map((entry) => `<p>${escapeHtml(formatEntry(entry, plain))}</p>`).join('');
    return `<section>${heading === null ? '' : `<b>${escapeHtml(withoutPicture(heading))}</b>`}${blocks}</section>`;
  });
  const buttons = links.map(({ label }) => `<span>${escapeHtml(label)}</span>`).join('');
  const robot = language === 'en' ? 'Voice operations · robot' : '语音运维群 · 机器人';
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><style>${STYLE}</style>
    <div class="from">${robot}</div>
    <div class="card"><h1>${escapeHtml(title)}</h1>${bodies.join('')}<nav>${buttons}</nav>
    <footer>${escapeHtml(closing)}</footer></div>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** The machine that takes the picture may have no font for it. */
function withoutPicture(text: string): string {
  return text.replace(/^\p{Extended_Pictographic}\s*/u, '');
}
