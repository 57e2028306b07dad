/**
 * `value` as JSON that every reader takes: half a character, which JSON.stringify writes as an escape (`\ud800`) and many a
 * reader refuses, is the replacement character.
 */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes('\\ud') ? json.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, '$1\ufffd') : json;
}
