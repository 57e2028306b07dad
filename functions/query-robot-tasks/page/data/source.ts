import { createContext } from 'preact';
import type { Source } from '../../../../shared/robot-task';

/** Whose tasks are shown; until the summary says so, that of most. */
export const SourceContext = createContext<Source>('dyvms');
