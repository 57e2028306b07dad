import { createContext } from 'preact';
import { useCallback, useContext } from 'preact/hooks';
import type { Language, Text } from '../../../../shared/text';

export const LanguageContext = createContext<Language>('zh-CN');

/** Picks the reader's language. */
export function useSay(): (text: Text) => string {
  const language = useContext(LanguageContext);
  return useCallback((text: Text) => text[language], [language]);
}
