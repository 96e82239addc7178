import { once } from 'node:events';
import { createServer } from 'node:http';
import { createGenerationMachine, policyFor, viewGeneration } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { serve, toListener } from 'generation-lifecycle/server/node';
import { createActor } from 'xstate';
import { startPeer } from './peer.mjs';
import { s } from './scale.mjs';

/**
 * @typedef {import('./fault.types.js').HalfRow} HalfRow
 * @typedef {import('./fault.types.js').HalfResult} HalfResult
 * @typedef {import('../../test/adapters/vendors/columns.js').VendorColumn} VendorColumn
 */

/** Longer than the longest row. Some vendors are read each 10 s, whatever a policy says. */
const limitMs = 90_000;
/** How long a busy machine may take to close a connection. */
const patienceMs = 15_000;
/** Long enough for a second outcome to arrive. */
const lingerMs = s(12);
/** Long enough for a scaled fault of 15 s to be over before the end. */
const scenario = { queuedMs: s(4), runningMs: s(16) };
/**
 * Soon, and patient. Five parts share one machine, whose timers may be seconds late: what a row waits for is an answer or its own fault, and
 * never a time-out that the machine causes.
 *
 * @type {import('generation-lifecycle').GenerationPolicy}
 */
const halfPolicy = {
  ...policyFor('image'),
  pollFallbackAfterMs: 500,
  streamReadIntervalMs: 750,
  streamIdleTimeoutMs: 6_000,
  minReadGapMs: 50,
  pollDelayMs: [100, 200, 400],
  readTimeoutMs: 6_000,
  requestTimeoutMs: 8_000,
  submitTimeoutMs: 30_000,
  submitRetryDelaysMs: [100],
  reopenDelaysMs: [100, 250, 500, 1_000],
  maxOutageMs: 60_000,
  deadlineMs: 80_000,
  queueDeadlineMs: 80_000,
};
/** Where a request went before it was led over a socket. */
const originHeader = 'x-vendor-origin';

/** Of the server half. */
const submitPath = /\/jobs$/;

/** Requests of a protocol of which the submit alone is known: what is asked for later reads. @param {RegExp} path of the POST that submits */
export function createKinds(path) {
  let isSubmitted = false;
  /** @param {import('node:http').IncomingMessage} request @returns {import('./fault.types.js').ExchangeKind | undefined} */
  return ({ method, url = '', headers }) => {
    if (method === 'POST' && path.test(url.split('?')[0] ?? '')) {
      isSubmitted = true;
      return 'submit';
    }
    // A submit may ask for events too: its answer may be the stream of its job.
    if (headers.accept?.includes('text/event-stream')) return 'events';
    return method === 'GET' && isSubmitted ? 'read' : undefined;
  };
}

/** A vendor's double on a port of its own. */
async function serveVendor() {
  /** @type {{ double?: import('generation-lifecycle/testing/vendors').VendorDouble }} */
  const vendor = {};
  const http = createServer(
    toListener(async request => {
      const { pathname, search } = new URL(request.url);
      const origin = request.headers.get(originHeader) ?? '';
      const body = request.method === 'GET' ? undefined : await request.arrayBuffer();
      const { method, headers, signal } = request;
      const given = new Request(origin + pathname + search, {
        method,
        headers,
        signal,
        ...(body?.byteLength && { body }),
      });
      return vendor.double?.fetch(given) ?? new Response(null, { status: 503 });
    }),
  ).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = () => {
    http.closeAllConnections();
    http.close();
  };
  return { vendor, url: `http://127.0.0.1:${port}`, close };
}

/**
 * Runs a row over real sockets: a page's machine, a peer, a server half with a store, another peer, and a vendor's double.
 *
 * @param {HalfRow} row @param {VendorColumn} column @returns {Promise<HalfResult>}
 */
export async function runHalfRow(row, column) {
  const { plan, policy: rowPolicy } = ofColumn(row, column);
  const policy = { ...halfPolicy, ...rowPolicy };
  const planOf = (/** @type {HalfRow['between']} */ between) => () => (row.between === between ? plan : {});
  const { vendor, url: vendorUrl, close: closeVendor } = await serveVendor();
  const toVendor = await startPeer({
    backendUrl: vendorUrl,
    planOf: planOf('half and vendor'),
    toKind: createKinds(column.submitPath),
  });
  const { double, adapter } = column.create({ scenario, key: column.key }, undefined, () => (url, init) => {
    const { origin, pathname, search } = new URL(url);
    const headers = new Headers(init.headers);
    headers.set(originHeader, origin);
    return fetch(toVendor.url + pathname + search, { ...init, headers });
  });
  vendor.double = double;
  const server = createGenerationServer({
    store: memoryJobs(),
    authorize: () => ({ id: 'ada' }),
    log: () => undefined,
    backends: { job: { adapter, input: (/** @type {unknown} */ wish) => wish, policy } },
  });
  const half = await serve(server, { port: 0, handleSignals: false, graceMs: 0 });
  const toHalf = await startPeer({
    backendUrl: half.url,
    planOf: planOf('page and half'),
    toKind: createKinds(submitPath),
  });
  try {
    const { outcomes, hasProgressFallen, askedAfter } = await followAsPage(
      `${toHalf.url}/api/generations/job`,
      policy,
      column,
    );
    const submits = double.requests.filter(({ action }) => action === 'submit').length;
    /** @type {import('./fault.types.js').HalfObservations} */
    const observed = {
      outcomes,
      hasProgressFallen,
      submits,
      paid: double.chargedCount,
      askedAfter,
      openAfter: await stayingOpen(toHalf.openConnections),
      isWired: toVendor.records.some(({ kind }) => kind === 'submit'),
    };
    return { row, column: column.name, observed, problems: checkHalfRow(row, observed, column) };
  } catch (error) {
    return { row, column: column.name, problems: [String(error)] };
  } finally {
    await toHalf.close();
    await toVendor.close();
    closeVendor();
    await half.close();
  }
}

/** @param {string} baseUrl @param {import('generation-lifecycle').GenerationPolicy} policy @param {VendorColumn} column */
async function followAsPage(baseUrl, policy, column) {
  let askedAfter = 0;
  const page = remoteBackend({
    baseUrl,
    durable: true,
    fetch: (url, init) => {
      if (outcomes.length > 0) askedAfter += 1;
      return fetch(url, init);
    },
  });
  const actor = createActor(createGenerationMachine(page, { policy }), { input: { id: 'generation-1' } });
  /** @type {import('./fault.types.js').HalfObservations['outcomes'][number][]} */
  const outcomes = [];
  let hasProgressFallen = false;
  let lastProgress = 0;
  actor.subscribe(snapshot => {
    const { progress = 0 } = viewGeneration(snapshot);
    hasProgressFallen ||= progress < lastProgress;
    lastProgress = progress;
  });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no outcome within ${limitMs / 1_000} s`)), limitMs);
    const add = (/** @type {typeof outcomes[number]} */ outcome) => {
      clearTimeout(timer);
      outcomes.push(outcome);
      resolve();
    };
    actor.on('completed', ({ type }) => add({ end: type }));
    actor.on('cancelled', ({ type, charged }) => add({ end: type, charged }));
    actor.on('failed', ({ failure: { code, charged, message } }) => add({ end: code, charged, message }));
  });
  actor.start();
  actor.send({ type: 'GENERATE', input: column.input });
  try {
    await ended;
    await new Promise(resolve => setTimeout(resolve, lingerMs));
  } finally {
    actor.stop();
  }
  return { outcomes, hasProgressFallen, askedAfter };
}

/** How many connections are open that nobody closes. A busy machine closes them late. @param {() => number} count */
async function stayingOpen(count) {
  const until = Date.now() + patienceMs;
  while (count() > 0 && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 50));
  return count();
}

/** A sentence that says what happened and what to do, without the key. @param {string | undefined} message @param {string} key */
const isToldInWords = (message, key) =>
  message !== undefined && /^[A-Z].{40,}\.$/s.test(message) && !key.split(':').some(part => message.includes(part));

/**
 * One line for each broken rule.
 *
 * @param {HalfRow} row @param {import('./fault.types.js').HalfObservations} observed @param {VendorColumn} column
 */
export function checkHalfRow(row, observed, column) {
  const { isAnswerLost, paid: rightPaid = 1, ends: rightEnds } = ofColumn(row, column);
  const { outcomes, submits, paid, openAfter, isWired } = observed;
  const [outcome] = outcomes;
  const isFound = isAnswerLost && column.ends?.['the answer to the submit is lost']?.includes('completed');
  const ends = isFound ? [...rightEnds, 'completed'] : rightEnds;
  const isFailed = outcome !== undefined && outcome.end !== 'completed' && outcome.end !== 'cancelled';
  /** @type {readonly (readonly [boolean, string])[]} */
  const rules = [
    [isWired || paid === 0, 'the vendor was not asked over a socket'],
    [outcomes.length === 1, `${outcomes.length} outcomes`],
    [ends.some(end => end === outcome?.end), `ended as ${outcome?.end}, not as ${ends.join(' or ')}`],
    [submits <= 1, `${submits} paid requests`],
    [paid === rightPaid, `${paid} jobs were paid, not ${rightPaid}`],
    [!isFailed || isToldInWords(outcome.message, column.key), `is not told in words: ${outcome?.message}`],
    [!isFailed || paid === 0 || outcome.charged !== 'no', 'tells a paid job as free'],
    [!observed.hasProgressFallen, 'progress fell'],
    [observed.askedAfter === 0, `the page asked ${observed.askedAfter} times after the outcome`],
    [openAfter === 0, `${openAfter} connections of the page are open after the outcome`],
  ];
  return rules.filter(([isMet]) => !isMet).map(([, broken]) => broken);
}

/** Whether a row decides anything with a vendor: a job that is its stream is not read, and a stream decides about no other. @param {HalfRow} row @param {VendorColumn} column */
export const isOfColumn = ({ of }, { isStreamJob = false }) =>
  of === undefined || (of === 'held') === (isStreamJob !== false);

/** A row as it is with a vendor: what goes wrong with the stream of a job goes wrong with the submit whose answer it is. @param {HalfRow} row @param {VendorColumn} column @returns {HalfRow} */
function ofColumn(row, { isStreamJob }) {
  if (row.of !== 'held' || isStreamJob !== 'of its submit') return row;
  return { ...row, plan: { submit: row.plan.events }, ...row.ofSubmit };
}
