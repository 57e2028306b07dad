/**
 * Stands in the bundles for @alicloud/tea-xml, which brings xml2js, xmlbuilder and sax: 100 kB for the one kind of document
 * that the core client reads with it, an error of the gateway in XML.
 */
const TEXT_ELEMENT = /<(\w+)>([^<]*)<\/\1>/g;

export default {
  /** `<Error><Code>…</Code>…</Error>` → `{ Error: { Code: '…', … } }`. */
  parseXml(xml: string): { Error: Record<string, string> } {
    return {
      Error: Object.fromEntries(
        [...xml.matchAll(TEXT_ELEMENT)].map((match): [string, string] => [match[1] ?? '', match[2] ?? '']),
      ),
    };
  },
};
