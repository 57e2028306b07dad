/**
 * Loaded into a function's process before its bundle. While the file that SOAK_DISK_ROOM names is there, the disk is
 * full: of each file only as many bytes can be written as that file says. As on a real full disk, the file that was to
 * be written is there afterwards, with what did fit.
 */
import { readFileSync } from 'node:fs';
import promises from 'node:fs/promises';

const { open, writeFile } = promises;

function roomLeft() {
  try {
    return Number(readFileSync(process.env['SOAK_DISK_ROOM'] ?? '', 'utf8'));
  } catch {
    return Infinity;
  }
}

/**
 * @param {unknown} data
 * @param {(bytes: Buffer) => Promise<void>} write
 */
async function writeWhatFits(data, write) {
  const bytes = Buffer.from(/** @type {string} */ (data));
  const room = roomLeft();
  if (bytes.length <= room) return write(bytes);
  await write(bytes.subarray(0, room));
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

promises.writeFile = (file, data, options) => writeWhatFits(data, (bytes) => writeFile(file, bytes, options));

promises.open = async (...args) => {
  const handle = await open(...args);
  const write = handle.writeFile.bind(handle);
  handle.writeFile = (data, options) => writeWhatFits(data, (bytes) => write(bytes, options));
  return handle;
};
