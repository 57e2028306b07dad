/** The page for people: what stands, since when, and how to go on. Built into one HTML file by scripts/bundle/page.ts. */
import { render } from 'preact';
import { App } from './app';

const root = document.getElementById('page');
if (root !== null) render(<App />, root);
