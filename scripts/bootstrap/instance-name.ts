/** https://help.aliyun.com/zh/tablestore/developer-reference/api-tablestore-2020-12-09-createinstance */
const FORBIDDEN_WORDS = ['ali', 'ay', 'ots', 'taobao', 'admin'];
const MAX_LENGTH = 16;

/**
 * Why Tablestore would not create an instance of this name, as a sentence; null when nothing is wrong with it. Older
 * instances may have names that can no longer be given.
 */
export function instanceNameProblem(name: string): string | null {
  const word = FORBIDDEN_WORDS.find((candidate) => name.toLowerCase().includes(candidate));
  if (word !== undefined) {
    return `STATE_STORE: a new instance cannot be called ${name}, because Tablestore forbids "${word}" anywhere in a name. Choose another.`;
  }
  if (name.length > MAX_LENGTH) {
    return `STATE_STORE: a new instance cannot be called ${name}, because names have at most ${MAX_LENGTH} characters. Choose another.`;
  }
  return null;
}
