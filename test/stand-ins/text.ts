import type { Text } from '../../shared/text';

/** A sentence in both languages, the Chinese one with a mark of its own. */
export function text(en: string): Text {
  return { en, 'zh-CN': `${en}（中文）` };
}
