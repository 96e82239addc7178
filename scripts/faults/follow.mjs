import { createGenerationMachine, viewGeneration } from 'generation-lifecycle';
import { browserEnvironment, fileBackend } from 'generation-lifecycle/adapters';
import { createActor } from 'xstate';
import { watchLateness } from './lateness.mjs';
import { s } from './scale.mjs';

/**
 * @typedef {import('./fault.types.js').Order} Order
 * @typedef {import('./fault.types.js').Told} Told
 * @typedef {import('./fault.types.js').End} End
 * @typedef {import('./fault.types.js').TabFact['fact']} Fact
 */

/** Longer than the fallback of the first bug: what would come twice has come by then. */
const lingerMs = s(12);
/** The page's own environment, and a hand that moves them; where there is no page, they are told by hand. */
function createStage() {
  const page = browserEnvironment();
  /** @type {Set<(fact: Fact) => void>} */
  const listeners = new Set();
  let isOnline = true;
  const hasPage = typeof document !== 'undefined';
  /** @type {Record<Fact, string>} */
  const events = { asleep: 'pagehide', woke: 'pageshow', offline: 'offline', online: 'online' };
  return {
    /** @type {import('generation-lifecycle').Environment} */
    environment: {
      ...page,
      isOnline: () => isOnline,
      subscribe: tell => {
        listeners.add(tell);
        const stop = page.subscribe(tell);
        return () => {
          listeners.delete(tell);
          stop();
        };
      },
    },
    /** @param {Fact} fact */
    tell(fact) {
      if (fact === 'offline' || fact === 'online') isOnline = fact === 'online';
      if (hasPage) dispatchEvent(new Event(events[fact]));
      else for (const tell of [...listeners]) tell(fact);
    },
  };
}

/**
 * Tells of each time that a reader asks this body for more, and how many bytes of it the reader has by then. Bytes that
 * the system or the browser has received and the reader has not do not count.
 * @param {ReadableStream<Uint8Array>} body @param {(bytesRead: number) => void} onRead
 */
function watchReads(body, onRead) {
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
 * Follows generations on the real machine with the real adapter and the platform's own fetch, in Node and in a page
 * alike, and tells what a user saw.
 * @param {Order} order
 * @returns {Promise<Told>}
 */
export async function follow({ baseUrl, name, policy, faults, tab, generations, resolution, token }) {
  let asked = 0;
  let isRefused = false;
  /** @type {number | undefined} */
  let mostBytesBeforeRead;
  const { environment, tell } = createStage();
  const adapter = fileBackend({
    kind: 'image',
    baseUrl,
    headers: () => {
      asked += 1;
      const isGood = isRefused && token === 'renewed';
      return token === 'none' ? {} : { authorization: `Bearer ${isGood ? 'good' : 'stale'}` };
    },
    fetch: async (url, init) => {
      const headers = new Headers(init.headers);
      if (init.method === 'POST') {
        headers.set('x-studio-faults', JSON.stringify(faults));
        headers.set('x-fault-row', encodeURIComponent(name));
      }
      const response = await fetch(url, { ...init, headers });
      isRefused ||= response.status === 401;
      if (response.body) {
        watchReads(response.body, bytesRead => {
          mostBytesBeforeRead = Math.max(mostBytesBeforeRead ?? 0, bytesRead);
        });
      }
      return response;
    },
  });
  const machine = createGenerationMachine(adapter, { policy, environment });

  /** @type {End[]} */
  const ends = [];
  /** @type {Set<import('generation-lifecycle').GenerationStatus>} */
  const statuses = new Set();
  /** @type {Set<string>} */
  const messages = new Set();
  let hasProgressFallen = false;
  const lateness = watchLateness();
  const startedAt = performance.now();
  let endedAt = 0;

  const one = (/** @type {number} */ number) => {
    const actor = createActor(machine, { input: { id: `${name} ${number}` } });
    let shown = 0;
    actor.subscribe(snapshot => {
      const { status, progress = 0, message } = viewGeneration(snapshot);
      statuses.add(status);
      if (message) messages.add(message);
      hasProgressFallen ||= progress < shown;
      shown = progress;
    });
    /** @type {Promise<void>} */
    const ended = new Promise(resolve => {
      const note = (/** @type {Omit<End, 'id'>} */ end) => {
        endedAt = Date.now();
        ends.push({ id: `${number}`, ...end });
        resolve();
      };
      actor.on('completed', ({ type, output }) => note({ type, urls: output.files.map(({ url }) => url) }));
      actor.on('cancelled', ({ type, charged }) => note({ type, charged }));
      actor.on('failed', ({ type, failure: { code, resumable, charged } }) => note({ type, code, resumable, charged }));
    });
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: name, resolution, seed: 7 } });
    return { actor, ended };
  };

  const all = Array.from({ length: generations }, (_, number) => one(number));
  for (const { afterMs, fact } of tab) setTimeout(tell, afterMs, fact);
  await Promise.all(all.map(({ ended }) => ended));
  const seconds = (performance.now() - startedAt) / 1_000;
  await new Promise(resolve => setTimeout(resolve, lingerMs));
  return {
    ends,
    statuses: [...statuses],
    messages: [...messages],
    finalStatuses: all.map(({ actor }) => viewGeneration(actor.getSnapshot()).status),
    hasProgressFallen,
    endedAt,
    seconds,
    asked,
    mostBytesBeforeRead,
    latenessMs: lateness(),
  };
}
