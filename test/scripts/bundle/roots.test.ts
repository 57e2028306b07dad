/** The folder of root certificates that the build puts beside each bundle. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { createLoopbackCertificate } from '../../../bench/certificate';
import { nodesRoots, rootsFolder, writeRoots } from '../../../scripts/bundle/roots/folder';
import { fingerprintOf, readRootNames } from '../../../scripts/bundle/roots/names';
import { MANIFEST, OTHERS } from '../../../shared/runtime/roots';

const ORIGIN = { date: '2026-03-24', node: 'v20.20.2' };
const [one, other] = [1, 2].map(() => createLoopbackCertificate(Date.now()).cert);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'roots-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('every root of the Node that builds is in it, each once', () => {
  const files = new Map(nodesRoots(new Date()));
  files.delete(MANIFEST);
  const certificates = [...files.values()].join('').split(/(?<=-----END CERTIFICATE-----\n)/);
  expect(certificates.map((pem) => pem.trim()).sort()).toEqual([...tls.rootCertificates].sort());
});

it('every root of this Node has a name: none is read at every start', () => {
  const names = readRootNames();
  expect(tls.rootCertificates.filter((pem) => !(fingerprintOf(pem) in names))).toEqual([]);
});

it('certificates of the same name are numbered, and those without a name are in one file', () => {
  const names = { [fingerprintOf(one ?? '')]: '88d0bdcb', [fingerprintOf(other ?? '')]: '88d0bdcb' };
  const named = rootsFolder([one ?? '', other ?? ''], names, ORIGIN);
  expect([...named.keys()]).toEqual(['88d0bdcb.0', '88d0bdcb.1', OTHERS, MANIFEST]);
  expect([named.get('88d0bdcb.0'), named.get('88d0bdcb.1'), named.get(OTHERS)]).toEqual([one, other, '']);
  expect(rootsFolder([one ?? '', other ?? ''], {}, ORIGIN).get(OTHERS)).toBe(`${one}${other}`);
});

it.each([
  {
    name: 'the executable says when its roots were made',
    now: '2099-01-01',
    expected: /^20[2-9]\d-\d\d-\d\d$/,
  },
  { name: 'a date that is still to come counts for nothing', now: '2001-02-03', expected: /^2001-02-03$/ },
])('$name', ({ now, expected }) => {
  const { date, node } = JSON.parse(nodesRoots(new Date(now)).get(MANIFEST) ?? '') as Record<string, string>;
  expect(date).toMatch(expected);
  expect(node).toBe(process.version);
});

it('what was in the folder before is no longer trusted, and a folder that is right already is left alone', async () => {
  await writeFile(path.join(folder, '88d0bdcb.0'), other ?? '');
  const files = rootsFolder([one ?? ''], {}, ORIGIN);
  await writeRoots(folder, files);
  expect((await readdir(folder)).sort()).toEqual([MANIFEST, OTHERS]);
  const others = path.join(folder, OTHERS);
  await expect(readFile(others, 'utf8')).resolves.toBe(one);
  const { mtimeMs, ino } = await stat(others);
  await writeRoots(folder, files);
  await expect(stat(others)).resolves.toMatchObject({ mtimeMs, ino });
});
