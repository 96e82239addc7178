import { createServer } from 'node:http';
import { dialects } from './dialects.mjs';
import { fateOf, faults } from './faults.mjs';
import { now } from './now.mjs';

/** @import { Dialect, JobState, RequestKind } from './dialects.mjs' */
/** @import { FaultName } from './faults.mjs' */
/** @import { IncomingMessage, ServerResponse } from 'node:http' */

/**
 * @typedef {{ key: string, fault: FaultName, classMs: number, durationMs: number }} PlannedJob `classMs`: about how long it takes
 * @typedef {{ kind: RequestKind, at: number, closedAt?: number }} SeenRequest times by `now()`
 * @typedef {{ key: string, submittedAt?: number | undefined, doneAt?: number | undefined, cancelledAt?: number | undefined, requests: SeenRequest[] }} JobReport
 * @typedef {PlannedJob & JobReport & { dialect?: Dialect, state: JobState['state'], streams: Set<ServerResponse>, held: Set<() => void>, signatures: number }} Job
 */

const progressEveryMs = 1_000;

/**
 * A backend on a loopback port that does each planned job as its fault says, in the dialect that the path names:
 * `/<dialect>/<key>/…`, or `/<dialect>/-/…` where the id of the job or its prompt is the key.
 */
export function createJobServer() {
  /** @type {Map<string, Job>} */
  const jobs = new Map();
  /** @type {Set<NodeJS.Timeout>} */
  const timers = new Set();

  const later = (/** @type {number} */ ms, /** @type {() => void} */ run) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };

  /** @param {Job} job @returns {JobState} */
  function stateOf(job) {
    const signature = faults[job.fault].signsAnew ? ++job.signatures : 1;
    const elapsed = now() - (job.submittedAt ?? now());
    return {
      id: job.key,
      state: job.state,
      progress: job.state === 'done' ? 1 : Math.min(0.99, elapsed / job.durationMs),
      url: `https://files.test/${job.key}.png?sig=${signature}`,
    };
  }

  /** @param {Job} job @param {Dialect} dialect @param {boolean} isLast */
  function writeEnd(job, dialect, isLast) {
    const text = dialect.end(stateOf(job));
    for (const stream of job.streams) {
      stream.write(text);
      if (isLast && dialect.last !== undefined) stream.end(dialect.last);
    }
  }

  /** @param {Job} job @param {Dialect} dialect */
  function finish(job, dialect) {
    if (job.state !== 'running') return;
    const { ends = 1, isSilent = false } = faults[job.fault];
    job.state = 'done';
    job.doneAt = now();
    for (const answer of job.held) answer();
    if (isSilent) return;
    writeEnd(job, dialect, ends === 1);
    for (let n = 2; n <= ends; n += 1) later(100 * (n - 1), () => writeEnd(job, dialect, n === ends));
  }

  /** @param {Job} job @param {Dialect} dialect */
  function submit(job, dialect) {
    if (job.submittedAt !== undefined) return;
    job.submittedAt = now();
    job.dialect = dialect;
    later(job.durationMs, () => finish(job, dialect));
    const tick = () => {
      if (job.state !== 'running') return;
      if (!faults[job.fault].isSilent) for (const stream of job.streams) stream.write(dialect.progress(stateOf(job)));
      later(progressEveryMs, tick);
    };
    later(progressEveryMs, tick);
  }

  /** @param {Job} job @param {Dialect} dialect @param {ServerResponse} response */
  function openStream(job, dialect, response) {
    const { cutsAfterMs, isSilent = false } = faults[job.fault];
    if (response.destroyed) return;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(isSilent ? ': open\n\n' : dialect.opening(stateOf(job)));
    if (cutsAfterMs !== undefined) later(cutsAfterMs, () => response.destroy());
    // Who opens late is told the end by a backend that tells states, and by no other.
    if (job.state !== 'running' && dialect.last !== undefined && !isSilent) {
      response.write(dialect.end(stateOf(job)));
      response.end(dialect.last);
      return;
    }
    job.streams.add(response);
    response.on('close', () => job.streams.delete(response));
  }

  /** @param {ServerResponse} response @param {{ status?: number, body: unknown }} answer */
  function send(response, { status = 200, body }) {
    if (response.destroyed) return;
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  }

  /** @param {Job} job @param {Dialect} dialect @param {import('./dialects.mjs').Asked} asked @param {ServerResponse} response */
  function answer(job, dialect, asked, response) {
    const { kind, isHeld, isStream } = asked;
    const fault = faults[job.fault];
    const earlierReads = job.requests.filter(request => request.kind === 'read').length;
    /** @type {SeenRequest} */
    const seen = { kind, at: now() };
    job.requests.push(seen);
    response.on('close', () => {
      seen.closedAt = now();
    });
    if (kind === 'cancel' && job.state === 'running') {
      job.state = 'cancelled';
      job.cancelledAt = now();
    }
    if (kind === 'submit') submit(job, dialect);
    if (kind === 'submit' || kind === 'cancel') {
      if (isStream) openStream(job, dialect, response);
      else if (isHeld && job.state === 'running')
        job.held.add(() => send(response, dialect.answer(kind, stateOf(job))));
      else send(response, dialect.answer(kind, stateOf(job)));
      return;
    }
    const fate = fateOf(fault, { kind, sinceSubmitMs: now() - (job.submittedAt ?? now()), earlierReads });
    if (fate.does === 'hang') return;
    if (fate.does === 'refuse') {
      response.writeHead(fate.status, fate.headers).end();
      return;
    }
    if (kind !== 'stream') send(response, dialect.answer(kind, stateOf(job)));
    else later(fate.afterMs, () => openStream(job, dialect, response));
  }

  /** @param {IncomingMessage} request @param {ServerResponse} response */
  async function serve(request, response) {
    const [, dialectName = '', given = '', ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const dialect = dialects[dialectName];
    let text = '';
    for await (const chunk of request) text += chunk;
    const asked = dialect?.route({
      method: request.method ?? 'GET',
      path: `/${rest.join('/')}`,
      headers: request.headers,
      isKnown: jobs.get(given)?.submittedAt !== undefined,
    });
    const key = given === '-' ? (asked?.id ?? JSON.parse(text || '{}').prompt) : given;
    const job = jobs.get(key);
    if (dialect && asked && job) answer(job, dialect, asked, response);
    else send(response, { status: 404, body: { error: `No job ${key} is planned.` } });
  }

  const server = createServer((request, response) => {
    response.on('error', () => {});
    serve(request, response).catch(error => send(response, { status: 500, body: { error: String(error) } }));
  });

  return {
    /** @returns {Promise<string>} its url */
    async listen() {
      await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)));
      const address = server.address();
      return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    },
    /** @param {readonly PlannedJob[]} planned */
    plan(planned) {
      for (const job of planned) {
        const rest = { state: /** @type {const} */ ('running'), requests: [], signatures: 0 };
        jobs.set(job.key, { ...job, ...rest, streams: new Set(), held: new Set() });
      }
    },
    /** @param {readonly string[]} keys @returns {readonly JobReport[]} */
    report: keys =>
      keys.flatMap(key => {
        const { submittedAt, doneAt, cancelledAt, requests } = jobs.get(key) ?? {};
        return requests ? [{ key, submittedAt, doneAt, cancelledAt, requests }] : [];
      }),
    /** Ends a job before its time. @param {string} key */
    finish(key) {
      const job = jobs.get(key);
      if (job?.dialect) finish(job, job.dialect);
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      server.close();
    },
  };
}
