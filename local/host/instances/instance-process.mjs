/**
 * The process of one function instance. It holds nothing but this file and the function's bundle, so that a function
 * which needs anything else fails here as it would on Function Compute.
 */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * @typedef {import('./protocol').ToInstance} ToInstance
 * @typedef {import('./protocol').FromInstance} FromInstance
 * @typedef {import('./protocol').ContextData} ContextData
 */

/** The same as END_OF_OUTPUT in protocol.ts, which plain Node cannot load. */
const END_OF_OUTPUT = '\u001e';

/** @type {(event: Buffer, context: unknown) => unknown} */
let handler = () => {
  throw new Error('nothing is loaded');
};

process.on('message', (/** @type {ToInstance} */ message) => {
  void answer(message).then((reply) => {
    endOutput(message.context.requestId);
    process.send?.(reply);
  });
});
// The host is gone, however it went.
process.on('disconnect', () => {
  process.exit();
});
// A terminal sends Ctrl-C to every process of the group; the host ends its instances itself.
process.on('SIGINT', () => undefined);

/**
 * @param {ToInstance} message
 * @returns {Promise<FromInstance>}
 */
async function answer(message) {
  try {
    if (message.type === 'load') {
      await load(message);
      return { ok: true, payload: Buffer.alloc(0) };
    }
    const value = await handler(Buffer.from(message.event), withLogger(message.context));
    return { ok: true, payload: toPayload(value) };
  } catch (error) {
    return { ok: false, error: toFunctionError(error) };
  }
}

/** @param {Extract<ToInstance, { type: 'load' }>} message */
async function load({ file, method, initializer, context }) {
  /** @type {unknown} */
  const bundle = createRequire(import.meta.url)(file);
  const exported = /** @type {Record<string, unknown>} */ (bundle);
  const initialize = initializer === null ? null : pick(exported, initializer);
  handler = pick(exported, method);
  await initialize?.(withLogger(context));
}

/**
 * @param {Record<string, unknown>} exported
 * @param {string} method
 */
function pick(exported, method) {
  const found = exported[method];
  if (typeof found !== 'function') throw new Error(`The handler's file exports no function ${method}`);
  return /** @type {(...args: unknown[]) => unknown} */ (found);
}

/** @param {ContextData} context */
function withLogger(context) {
  const { debug, info, warn, error, log } = console;
  return { ...context, logger: { debug, info, warn, error, log } };
}

/**
 * @param {unknown} value
 * @returns {Uint8Array}
 */
function toPayload(value) {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value);
  const json = /** @type {string | undefined} */ (JSON.stringify(value));
  return Buffer.from(json ?? '');
}

/**
 * @param {unknown} error
 * @returns {import('./protocol').FunctionError}
 */
function toFunctionError(error) {
  if (!(error instanceof Error)) return { errorMessage: String(error), errorType: 'Error', stackTrace: [] };
  const stackTrace = (error.stack ?? '').split('\n').map((line) => line.trim());
  return { errorMessage: error.message, errorType: error.name, stackTrace };
}

/**
 * The reply travels faster than what the function printed: the mark tells the host where that ends.
 * @param {string} requestId
 */
function endOutput(requestId) {
  for (;;) {
    try {
      writeSync(1, `${END_OF_OUTPUT}${requestId}\n`);
      return;
    } catch (error) {
      // A full pipe: the host is about to empty it.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') return;
    }
  }
}
