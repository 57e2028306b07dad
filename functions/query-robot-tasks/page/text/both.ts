import type { Text } from '../../../../shared/text';

/**
 * A sentence in every language; one that is missing does not compile. Short, because the page carries it 200 times.
 * @__NO_SIDE_EFFECTS__
 */
export function both(zh: string, en: string): Text {
  return { 'zh-CN': zh, en };
}
