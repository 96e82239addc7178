import { createGenerationMachine, viewGeneration } from 'generation-lifecycle';
import { browserEnvironment, fileBackend } from 'generation-lifecycle/adapters';
import { createActor } from 'xstate';
import { measureLateness } from './lateness.mjs';
import { s, scaledPolicy } from './scale.mjs';

/**
 * @typedef {import('./fault.types.js').RunOptions} RunOptions
 * @typedef {import('./fault.types.js').ClientObservations} ClientObservations
 * @typedef {import('./fault.types.js').Outcome} Outcome
 * @typedef {import('./fault.types.js').TabEvent['event']} EventType
 */

/** Long enough for a duplicate outcome to arrive. */
const lingerMs = s(12);
/** The page's environment, whose events the test can emit; in Node, where there is no page, its listeners are called directly. */
function createTestEnvironment() {
  const page = browserEnvironment();
  /** @type {Set<(event: EventType) => void>} */
  const listeners = new Set();
  let isOnline = true;
  const hasPage = typeof document !== 'undefined';
  /** @type {Record<EventType, string>} */
  const events = { asleep: 'pagehide', woke: 'pageshow', offline: 'offline', online: 'online' };
  return {
    /** @type {import('generation-lifecycle').Environment} */
    environment: {
      ...page,
      isOnline: () => isOnline,
      subscribe: listener => {
        listeners.add(listener);
        const stop = page.subscribe(listener);
        return () => {
          listeners.delete(listener);
          stop();
        };
      },
    },
    /** @param {EventType} event */
    emit(event) {
      if (event === 'offline' || event === 'online') isOnline = event === 'online';
      if (hasPage) dispatchEvent(new Event(events[event]));
      else for (const listener of [...listeners]) listener(event);
    },
  };
}

/**
 * Calls back on each read of a body, with the bytes that were read before. Bytes that the browser or the operating system has
 * received, but that were not read, do not count.
 * @param {ReadableStream<Uint8Array>} body @param {(bytesRead: number) => void} onRead
 */
function observeReads(body, onRead) {
  let bytesRead = 0;
  const getReader = () => {
    const reader = ReadableStream.prototype.getReader.call(body);
    const read = async () => {
      onRead(bytesRead);
      const result = await ReadableStreamDefaultReader.prototype.read.call(reader);
      bytesRead += result.value?.byteLength ?? 0;
      return result;
    };
    return Object.assign(reader, { read });
  };
  Object.assign(body, { getReader });
}

/**
 * Follows generations with the real machine, the real adapter and the platform's own `fetch`, in Node and in a page.
 * @param {RunOptions} options
 * @returns {Promise<ClientObservations>}
 */
export async function follow({ baseUrl, name, policy, faults, tab, generations, resolution, token }) {
  let headersCalls = 0;
  let isUnauthorized = false;
  /** @type {number | undefined} */
  let mostBytesBeforeRead;
  const { environment, emit } = createTestEnvironment();
  const adapter = fileBackend({
    kind: 'image',
    baseUrl,
    headers: () => {
      headersCalls += 1;
      const isGood = isUnauthorized && token === 'renewed';
      return token === 'none' ? {} : { authorization: `Bearer ${isGood ? 'good' : 'stale'}` };
    },
    fetch: async (url, init) => {
      const headers = new Headers(init.headers);
      if (init.method === 'POST') {
        headers.set('x-studio-faults', JSON.stringify(faults));
        headers.set('x-fault-row', encodeURIComponent(name));
      }
      const response = await fetch(url, { ...init, headers });
      isUnauthorized ||= response.status === 401;
      if (response.body) {
        observeReads(response.body, bytesRead => {
          mostBytesBeforeRead = Math.max(mostBytesBeforeRead ?? 0, bytesRead);
        });
      }
      return response;
    },
  });
  const machine = createGenerationMachine(adapter, { policy: { ...scaledPolicy, ...policy }, environment });

  /** @type {Outcome[]} */
  const outcomes = [];
  /** @type {Set<import('generation-lifecycle').GenerationStatus>} */
  const statuses = new Set();
  /** @type {Set<string>} */
  const messages = new Set();
  let hasProgressFallen = false;
  const lateness = measureLateness();
  const startedAt = performance.now();
  let endedAt = 0;

  const start = (/** @type {number} */ number) => {
    const actor = createActor(machine, { input: { id: `${name} ${number}` } });
    let lastProgress = 0;
    actor.subscribe(snapshot => {
      const { status, progress = 0, message } = viewGeneration(snapshot);
      statuses.add(status);
      if (message) messages.add(message);
      hasProgressFallen ||= progress < lastProgress;
      lastProgress = progress;
    });
    /** @type {Promise<void>} */
    const ended = new Promise(resolve => {
      const add = (/** @type {Omit<Outcome, 'id'>} */ outcome) => {
        endedAt = Date.now();
        outcomes.push({ id: `${number}`, ...outcome });
        resolve();
      };
      actor.on('completed', ({ type, output }) => add({ type, urls: output.files.map(({ url }) => url) }));
      actor.on('cancelled', ({ type, charged }) => add({ type, charged }));
      actor.on('failed', ({ type, failure: { code, resumable, charged } }) => add({ type, code, resumable, charged }));
    });
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: name, resolution, seed: 7 } });
    return { actor, ended };
  };

  const all = Array.from({ length: generations }, (_, number) => start(number));
  for (const { afterMs, event } of tab) setTimeout(emit, afterMs, event);
  await Promise.all(all.map(({ ended }) => ended));
  const seconds = (performance.now() - startedAt) / 1_000;
  await new Promise(resolve => setTimeout(resolve, lingerMs));
  return {
    outcomes,
    statuses: [...statuses],
    messages: [...messages],
    finalStatuses: all.map(({ actor }) => viewGeneration(actor.getSnapshot()).status),
    hasProgressFallen,
    endedAt,
    seconds,
    headersCalls,
    mostBytesBeforeRead,
    latenessMs: lateness(),
  };
}
