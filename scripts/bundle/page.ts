/** Builds the page for people into one HTML file, with the Content-Security-Policy that lets nothing else run in it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const FOLDER = path.join(__dirname, '../../functions/query-robot-tasks/page');

/** The engines that chat apps bring (X5, WKWebView) are years behind. */
const TARGET = ['es2019', 'chrome69', 'safari14.1', 'firefox78'];

export interface Page {
  readonly html: string;
  /** The same, packed with gzip. */
  readonly packed: Buffer;
  /** The value of the header with which the page is to be sent. */
  readonly contentSecurityPolicy: string;
}

export async function buildPage(): Promise<Page> {
  const { outputFiles } = await build({
    entryPoints: [path.join(FOLDER, 'main.tsx'), path.join(FOLDER, 'page.css')],
    tsconfig: path.join(FOLDER, 'tsconfig.json'),
    outdir: FOLDER,
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: TARGET,
    charset: 'utf8',
    legalComments: 'none',
  });
  const textOf = (extension: string) =>
    (outputFiles.find((file) => file.path.endsWith(extension))?.text ?? '').trim();
  const script = textOf('.js');
  const style = textOf('.css');
  const template = await readFile(path.join(FOLDER, 'page.html'), 'utf8');
  const html = template
    .replace(/>\s+</g, '><')
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script>${script}</script>`);
  const packed = gzipSync(html, { level: constants.Z_BEST_COMPRESSION });
  return { html, packed, contentSecurityPolicy: policyFor(script, style) };
}

function policyFor(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
