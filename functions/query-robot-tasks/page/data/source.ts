import { createContext } from 'preact';
import type { Source } from '../../../../shared/task-source';

/** Whose tasks are shown; until the summary says so, that of most. */
export const SourceContext = createContext<Source>('dyvms');
