/** What the build writes JSX with. */
export { Fragment, h } from 'preact';
