import type { Language } from '../../../shared/text';

/** Nobody understands more languages than that. */
const MOST_RANGES = 20;

/**
 * The language that an Accept-Language header asks for: the one of ours with the highest weight, the earlier of two that are
 * alike; English where it names none of them. RFC 9110, 12.5.4.
 */
export function languageOf(header: string | undefined): Language {
  let best: { readonly language: Language; readonly weight: number } = { language: 'en', weight: 0 };
  for (const range of (header ?? '').toLowerCase().split(',', MOST_RANGES)) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const weight = weightOf(parameters[0]);
    const language = /^zh\b/.test(tag) ? 'zh-CN' : /^en\b|^\*$/.test(tag) ? 'en' : null;
    if (language !== null && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

/** What is no weight counts as none given. */
function weightOf(parameter: string | undefined): number {
  const [, weight] = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter ?? '') ?? [];
  return weight === undefined ? 1 : Number(weight);
}
