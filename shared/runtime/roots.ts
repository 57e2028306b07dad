/**
 * Whom this process trusts: the root certificates that Node brings, and those of NODE_EXTRA_CA_CERTS. Never more and never less,
 * wherever they are read from.
 *
 * Node 20 parses all of its roots before the first TLS connection. With NODE_OPTIONS=--use-openssl-ca (s.yaml) it has OpenSSL look
 * for the one it needs in SSL_CERT_DIR, where the build has put them (scripts/bundle/roots). Whether the runtime heeds the option
 * cannot be seen in the process; if it does and the folder is not whole, no connection would be trusted, or too few.
 */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import tls, { type SecureContextOptions } from 'node:tls';
import type { Environment } from './environment';
import type { Logger } from './log';

/** In the folder, beside the certificates. */
export const MANIFEST = 'manifest.json';
/** The roots for which OpenSSL's name is not known. SSL_CERT_FILE names it: else OpenSSL would trust the system's own file. */
export const OTHERS = 'others.pem';

export interface RootsManifest {
  /** yyyy-MM-dd: since when the roots are as they are, by the Node that brought them. */
  readonly date: string;
  /** That Node's version. */
  readonly node: string;
  /** How many there are beside the manifest. */
  readonly files: number;
  /** Of the certificates. */
  readonly sha256: string;
}

/** What is in effect, for the log. */
export interface Trust {
  /**
   * folder: one by one from SSL_CERT_DIR, should the runtime heed NODE_OPTIONS. node: as Node does by itself. node-again: the
   * folder was asked for and is not whole, so every connection is given Node's roots.
   */
  readonly roots: 'folder' | 'node' | 'node-again';
  /** What is wrong with the folder; null when nothing is. */
  readonly problem: string | null;
  /** The manifest's date; null without a folder. */
  readonly rootsDate: string | null;
  /** Of this process. */
  readonly node: string;
  /**
   * CPU milliseconds of the first secure context. On Node 20 it tells whether NODE_OPTIONS was heeded: some 2 if it was, 25 and
   * more if all roots were parsed.
   */
  readonly firstContextMs: number;
}

let isPrepared = false;
let inEffect: Trust | null = null;

/**
 * Looks at the folder when the first TLS connection is made, whoever makes it, and logs once what is in effect. A process that
 * makes none pays nothing.
 */
export function prepareRoots(env: Environment, log: Logger): void {
  if (isPrepared) return;
  isPrepared = true;
  const create = tls.createSecureContext;
  tls.createSecureContext = (options) => {
    const found = findRoots(env);
    tls.createSecureContext = found.roots === 'node-again' ? withNodesRoots(create, env) : create;
    const before = process.cpuUsage();
    const context = tls.createSecureContext(options);
    const { user, system } = process.cpuUsage(before);
    inEffect = { ...found, node: process.version, firstContextMs: (user + system) / 1000 };
    log[inEffect.problem === null ? 'info' : 'warn'](inEffect, 'root certificates');
    return context;
  };
}

/** Null as long as there was no TLS connection. */
export function trustInEffect(): Trust | null {
  return inEffect;
}

type Found = Pick<Trust, 'roots' | 'problem' | 'rootsDate'>;

function findRoots(env: Environment): Found {
  if (!/(^|\s)--use-openssl-ca(\s|$)/.test(env['NODE_OPTIONS'] ?? '')) {
    return { roots: 'node', problem: null, rootsDate: null };
  }
  try {
    const { date } = checkFolder(env['SSL_CERT_DIR'] ?? '', env['SSL_CERT_FILE'] ?? '');
    return { roots: 'folder', problem: null, rootsDate: date };
  } catch (error) {
    return { roots: 'node-again', problem: (error as Error).message, rootsDate: null };
  }
}

function checkFolder(folder: string, others: string): RootsManifest {
  if (folder === '') throw new Error('SSL_CERT_DIR is not set.');
  // OpenSSL would take such a path for two.
  if (folder.includes(path.delimiter)) throw new Error(`The path ${folder} has a ${path.delimiter} in it.`);
  if (others !== path.join(folder, OTHERS))
    throw new Error(`SSL_CERT_FILE is not ${OTHERS} in SSL_CERT_DIR.`);
  const manifest = JSON.parse(readFileSync(path.join(folder, MANIFEST), 'utf8')) as RootsManifest;
  const names = readdirSync(folder);
  // Not path.join, and no sizes: with 145 files they would cost as much as a twentieth of a start.
  for (const name of names) accessSync(`${folder}/${name}`, constants.R_OK);
  const files = names.length - 1;
  if (files !== manifest.files)
    throw new Error(`${folder} has ${files} certificate files instead of ${manifest.files}.`);
  return manifest;
}

/** `create`, with Node's roots for whoever names none of its own. The core SDK's empty text names none. */
function withNodesRoots(create: typeof tls.createSecureContext, env: Environment): typeof create {
  const ca = [...tls.rootCertificates, ...extraRoots(env)];
  return (options: SecureContextOptions = {}) => create(isGiven(options.ca) ? options : { ...options, ca });
}

function isGiven(ca: SecureContextOptions['ca']): boolean {
  return ca !== undefined && ca !== '';
}

/** A `ca` of one's own leaves NODE_EXTRA_CA_CERTS out. One that cannot be read is passed over, as Node does. */
function extraRoots(env: Environment): string[] {
  const file = env['NODE_EXTRA_CA_CERTS'] ?? '';
  if (file === '') return [];
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    return [];
  }
}
