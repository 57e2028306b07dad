/** What is the same in Chinese: names, settings, actions, codes. */
const SAME =
  /\b(?:X1|Slack|Webhook|HTTP|TLS|IP|JSON|RAM|ID|AccessKey|Secret|Data|Code|url|token|key|mention|schema|errcode|code|status|robot-task-watch|Robot task|(?:ots|dyvms):\w+|[A-Z]+(?:_[A-Z]+)+)\b/g;
/** Request ids, Tablestore's codes and what stands in parentheses as it came. */
const VALUES = /（[^（）\p{Script=Han}]*(?:请求 ID [\w-]+)?）|（请求 ID [\w-]+）|\bOTS\w+/gu;

/** The English words of a translation that should be Chinese. */
export function englishLeft(text: string): string[] {
  return (
    text
      .replace(VALUES, '')
      .replace(SAME, '')
      .match(/[A-Za-z]{2,}/g) ?? []
  );
}
