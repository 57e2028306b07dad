/** The languages that people are written to in; the first is the default. */
export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One sentence in every language, written where it arises: a missing translation does not compile. */
export type Text = Readonly<Record<Language, string>>;

/** The same change to the sentence of every language. */
export function mapText(text: Text, change: (sentence: string, language: Language) => string): Text {
  return { 'zh-CN': change(text['zh-CN'], 'zh-CN'), en: change(text.en, 'en') };
}

/** Sentences one after the other. English needs a space between them, Chinese does not. */
export function joinTexts(texts: readonly Text[]): Text {
  return {
    'zh-CN': texts.map((text) => text['zh-CN']).join(''),
    en: texts.map((text) => text.en).join(' '),
  };
}
