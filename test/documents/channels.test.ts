/** The table of types in docs/channels.md is the one that the channels' own files make. */
import type { ChannelKind } from '../../functions/watch-robot-tasks/channels/channel';
import { CHANNEL_KINDS } from '../../functions/watch-robot-tasks/channels/list';
import { bothOf, codeSpans } from './document';

const COMMON = ['url', 'secret', 'mention'];

/** How a cell says that a type has not such a setting, or must have it; anything else means that it may be left out. */
const NONE = /^(?:none|无)$/;
const REQUIRED = /required|必填/;

/** `none` when a setting must be left out. */
function need(kind: ChannelKind, key: string): 'none' | 'optional' | 'required' {
  const schema = kind.settings[key];
  if (schema === undefined) return 'none';
  const wrapped = 'wrapped' in schema ? (schema.wrapped as { readonly type: string }) : null;
  if (wrapped === null) return 'required';
  return wrapped.type === 'never' ? 'none' : 'optional';
}

function told(cell: string): 'none' | 'optional' | 'required' {
  if (NONE.test(cell)) return 'none';
  return REQUIRED.test(cell) ? 'required' : 'optional';
}

test.each(bothOf('docs/channels.md'))(
  '$name has every type of channel, with what it takes',
  ({ tables, prose }) => {
    const table = tables.find(([head = '']) => head.includes('`secret`') && head.includes('`mention`')) ?? [];
    const rows = table.slice(1).map((row) => {
      const [, type = '', , secret = '', mention = ''] = row.split('|').map((cell) => cell.trim());
      return { type: codeSpans(type)[0], secret: told(secret), mention: told(mention) };
    });
    expect(rows).toEqual(
      CHANNEL_KINDS.map((kind: ChannelKind) => ({
        type: kind.type,
        secret: need(kind, 'secret'),
        mention: need(kind, 'mention'),
      })),
    );
    const own = CHANNEL_KINDS.flatMap((kind: ChannelKind) =>
      Object.keys(kind.settings).filter((key) => !COMMON.includes(key)),
    );
    expect(own.filter((key) => !codeSpans(prose).includes(key))).toEqual([]);
  },
);
