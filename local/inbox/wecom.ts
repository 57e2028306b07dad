/** A WeCom group robot. https://developer.work.weixin.qq.com/document/path/91770 */
import { createRate } from './rate';
import { linksAsSeen } from './as-seen';
import { fields, json, listOf, objectOf, textOf, type Robot, type RobotSettings } from './robot';

const MAX_BYTES = { text: 2048, markdown: 4096 };

export function playWeCom({ token }: RobotSettings): Robot {
  const takes = createRate(20, 60 * 1000);
  const refuse = (errcode: number, errmsg: string) => ({
    answer: json({
      errcode,
      errmsg: `${errmsg}, hint: [1], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`,
    }),
    message: null,
  });
  const throttled = json({ errcode: 45009, errmsg: 'api freq out of limit' });
  return {
    path: `/cgi-bin/webhook/send?key=${token}`,
    throttled,
    receive({ url, body }, now) {
      if (url.searchParams.get('key') !== token) return refuse(93000, 'invalid webhook url');
      const message = objectOf(body);
      const type = message['msgtype'];
      if (type !== 'text' && type !== 'markdown') return refuse(40008, 'invalid message type');
      const { content, mentioned_mobile_list: mobiles } = fields(message[type]);
      const source = textOf(content);
      if (source === '') return refuse(44004, 'content size out of limit, content is empty');
      if (Buffer.byteLength(source) > MAX_BYTES[type]) {
        return refuse(
          40058,
          `${type}.content exceed max length ${MAX_BYTES[type]}. invalid Request Parameter`,
        );
      }
      if (!takes(now)) return { answer: throttled, message: null };
      const text = type === 'text' ? source : asSeen(source);
      // In markdown the list of mobiles is not read.
      const listed = type === 'text' ? listOf(mobiles).map(textOf) : [];
      return {
        answer: json({ errcode: 0, errmsg: 'ok' }),
        message: {
          title: text.split('\n', 1)[0] ?? '',
          text,
          mentions: listed.map((mobile) => (mobile === '@all' ? 'all' : mobile)),
        },
      };
    },
  };
}

/** WeCom's markdown: headings, bold, quotes, links and font colours, and a backslash is a backslash. */
function asSeen(source: string): string {
  const text = source
    .replace(/^#{1,6} /gm, '')
    .replace(/^> ?/gm, '  ')
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .replace(/<font color="[a-z]+">(.*?)<\/font>/g, '$1');
  return linksAsSeen(text);
}
