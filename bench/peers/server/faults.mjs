/**
 * What is wrong with a backend while a job runs. Times are ms; the ones of refusals and openings count from the submit or
 * from the request.
 *
 * @typedef {object} Fault
 * @property {string} title
 * @property {string} says how the backend behaves, in one sentence
 * @property {number} durationMs of the job
 * @property {number} [refusesForMs] reads and stream openings are refused for so long after the submit
 * @property {{ status: number, headers?: Record<string, string> }} [refusal] what they are answered with then
 * @property {boolean} [isSilent] the stream opens and says nothing
 * @property {number} [cutsAfterMs] each stream is cut so long after it was opened
 * @property {number} [opensAfterMs] each stream is opened so long after it was asked for
 * @property {number} [hangingReads] so many reads are never answered
 * @property {number} [ends] how often the stream says that the job is done
 * @property {boolean} [signsAnew] each answer signs the url anew
 * @property {number} [abortsAfterMs] the user stops the job so long after its start
 */

const jobMs = 6_000;

/** @satisfies {Record<string, Fault>} */
const table = {
  'no fault': { title: 'No fault', says: 'Everything works.', durationMs: jobMs },
  'duplicate end': {
    title: 'Duplicate end',
    says: 'The stream says twice that the job is done, 100 ms apart.',
    durationMs: jobMs,
    ends: 2,
  },
  'signed anew': {
    title: 'Signed anew',
    says: 'The same, and each answer and each event signs the url of the result anew.',
    durationMs: jobMs,
    ends: 2,
    signsAnew: true,
  },
  silent: {
    title: 'Silent stream',
    says: 'The stream opens, and nothing comes: no state, no progress, no end.',
    durationMs: jobMs,
    isSilent: true,
  },
  cut: {
    title: 'Stream cut every 2 s',
    says: 'A proxy cuts each stream 2 s after it was opened. The job takes 20 s.',
    durationMs: 20_000,
    cutsAfterMs: 2_000,
  },
  unavailable: {
    title: '503 for 3 s',
    says: 'For 3 s after the submit, reads and streams are answered with an empty 503.',
    durationMs: jobMs,
    refusesForMs: 3_000,
    refusal: { status: 503 },
  },
  'rate limit': {
    title: '429 for 3 s',
    says: 'For 3 s after the submit, reads and streams are answered with 429 and `Retry-After: 2`.',
    durationMs: jobMs,
    refusesForMs: 3_000,
    refusal: { status: 429, headers: { 'retry-after': '2' } },
  },
  'hanging read': {
    title: 'Hanging read',
    says: 'The first read of the job is never answered, and its connection stays open.',
    durationMs: jobMs,
    hangingReads: 1,
  },
  'early result': {
    title: 'Early result',
    says: 'The job is done 50 ms after the submit, and each stream opens 500 ms after it was asked for.',
    durationMs: 50,
    opensAfterMs: 500,
  },
  abort: {
    title: 'Abort',
    says: 'The user stops the job after 2 s, by the means that the client has for it.',
    durationMs: jobMs,
    abortsAfterMs: 2_000,
  },
};

/** @typedef {keyof typeof table} FaultName */

/** @type {Readonly<Record<FaultName, Fault>>} */
export const faults = table;

export const faultNames = /** @type {readonly FaultName[]} */ (Object.keys(table));

/**
 * What becomes of a request for a job.
 *
 * @param {Fault} fault
 * @param {{ kind: 'read' | 'result' | 'stream', sinceSubmitMs: number, earlierReads: number }} request
 * @returns {{ does: 'answer', afterMs: number } | { does: 'hang' } | { does: 'refuse', status: number, headers: Record<string, string> }}
 */
export function fateOf(fault, { kind, sinceSubmitMs, earlierReads }) {
  const { refusal, refusesForMs = 0, hangingReads = 0, opensAfterMs = 0 } = fault;
  if (refusal && kind !== 'result' && sinceSubmitMs < refusesForMs) {
    return { does: 'refuse', status: refusal.status, headers: refusal.headers ?? {} };
  }
  if (kind === 'read' && earlierReads < hangingReads) return { does: 'hang' };
  return { does: 'answer', afterMs: kind === 'stream' ? opensAfterMs : 0 };
}
