/** https://help.aliyun.com/zh/tablestore/developer-reference/api-tablestore-2020-12-09-createinstance */
const FORBIDDEN_WORDS = ['ali', 'ay', 'ots', 'taobao', 'admin'];
const MAX_LENGTH = 16;

/** Why Tablestore refuses an instance of this name, completing "STATE_STORE …"; null when nothing is wrong with it. */
export function instanceNameProblem(name: string): string | null {
  const word = FORBIDDEN_WORDS.find((candidate) => name.toLowerCase().includes(candidate));
  if (word !== undefined) {
    return `names the instance ${name}, and Tablestore forbids "${word}" anywhere in an instance's name: choose another`;
  }
  if (name.length > MAX_LENGTH) {
    return `names the instance ${name}, and an instance's name has at most ${MAX_LENGTH} characters: choose another`;
  }
  return null;
}
