/** Builds the page for people into one HTML file, with the Content-Security-Policy that lets nothing else run in it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipAsync } from '@gfx/zopfli';
import { version as zopfli } from '@gfx/zopfli/package.json';
import { build } from 'esbuild';
import { minify } from 'terser';
import { version as terser } from 'terser/package.json';
import { keptOr } from './kept';

const FOLDER = path.join(__dirname, '../../functions/query-robot-tasks/page');

/** The engines that chat apps bring (X5, UC, WKWebView) are years behind. */
const TARGET = ['es2020', 'chrome80', 'safari14.1', 'firefox78'];

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
    // Shorter than what the compiler's own setting would make: no `children` is named.
    tsconfigRaw: {},
    jsx: 'transform',
    jsxFactory: 'h',
    jsxFragment: 'Fragment',
    inject: [path.join(FOLDER, 'jsx.ts')],
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
  const template = await readFile(path.join(FOLDER, 'page.html'), 'utf8');
  const parts = { script: textOf('.js'), style: textOf('.css'), template };
  const key = hashOf(JSON.stringify([parts, await readFile(__filename, 'utf8'), terser, zopfli]));
  const { packed, ...page } = await keptOr(KEPT, key, () => make(parts));
  return { ...page, packed: Buffer.from(packed, 'base64') };
}

/** Minifying and packing take 4 s of CPU time, and give the same for the same. */
const KEPT = path.join(__dirname, '../../node_modules/.cache/robot-task-watch/page.json');

async function make(parts: { script: string; style: string; template: string }) {
  const script = await minified(parts.script);
  const html = parts.template
    .replace(/>\s+</g, '><')
    .replace('<style></style>', () => `<style>${parts.style}</style>`)
    .replace('<script></script>', () => `<script>${script}</script>`);
  // Zopfli finds what gzip's own packers are too quick for: 5 % less.
  const packed = Buffer.from(await gzipAsync(Buffer.from(html), { numiterations: 15 }));
  return {
    html,
    packed: packed.toString('base64'),
    contentSecurityPolicy: policyFor(script, parts.style),
  };
}

/** esbuild leaves a twentieth to be saved, and the page's weight is what a phone waits for. */
async function minified(script: string): Promise<string> {
  const { code } = await minify(script, {
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true, pure_getters: true, toplevel: true },
    // Names that only we give: no answer has one that begins so, and what browsers have is kept by itself.
    mangle: { toplevel: true, properties: { regex: /^(is|has)[A-Z]/ } },
  });
  return code ?? script;
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
