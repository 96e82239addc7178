import { toCount, toTime } from '../../report/markdown.mjs';

/** @import { Result, Row } from '../measure/measure.mjs' */
/** @import { Summary } from '../measure/summary.mjs' */

/**
 * One figure that was asked for, and what was seen.
 *
 * @typedef {{ what: string, asked: string, seen: string, verdict: 'met' | 'missed' | 'not measured', limit?: string }} Figure
 */

/** @param {Result} result @param {string} name */
const find = ({ rows }, name) => rows.find(row => row.contender.name === name);

/** @param {string} what @param {string} asked @param {string} seen @param {boolean} isMet @param {string} [limit] @returns {Figure} */
const judge = (what, asked, seen, isMet, limit) => ({
  what,
  asked,
  seen,
  verdict: isMet ? 'met' : 'missed',
  ...(!isMet && limit !== undefined && { limit }),
});

/** @param {Result} result @returns {readonly Figure[]} */
function readFigures(result) {
  const ours = find(result, 'ours, reads only');
  const loop = find(result, 'bare 2 s loop');
  if (!ours || !loop) return [];
  const { p50: oursMs = Number.NaN } = ours.calm;
  const { p50: loopMs = Number.NaN } = loop.calm;
  const ratio = ours.calm.requests / loop.calm.requests;
  const byClass = ours.classes.map(({ classMs, summary }) => ({
    classMs,
    ratio: summary.requests / (loop.classes.find(each => each.classMs === classMs)?.summary.requests ?? Number.NaN),
  }));
  const worst = byClass.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  const { ours: oursReads, loop: loopReads, jobMs } = result.simulated;
  return [
    judge(
      'reads only, default schedule: p50',
      'at most that of the 2 s loop',
      `${toTime(oursMs)}; loop ${toTime(loopMs)}`,
      oursMs <= loopMs,
    ),
    judge('its requests over the mix', 'at most 1.6 × the loop’s', `${ratio.toFixed(2)} ×`, ratio <= 1.6),
    judge(
      'its requests in the worst class',
      'at most 2 ×',
      `${worst.ratio.toFixed(2)} × (${worst.classMs / 1_000} s jobs)`,
      worst.ratio <= 2,
    ),
    judge(
      `its requests on a job of ${jobMs / 1_000} s, simulated`,
      'at most 0.65 ×',
      `${(oursReads / loopReads).toFixed(2)} × (${toCount(oursReads)} of ${toCount(loopReads)})`,
      oursReads / loopReads <= 0.65,
    ),
  ];
}

/** @param {Result} result @returns {readonly Figure[]} */
function historyFigures(result) {
  const asked = 'p50 at most 0.7 s with no more requests than the 2 s loop, on the classes of this page';
  const what = 'reads only, with 20 jobs of history';
  const ours = find(result, 'ours, reads with history');
  const loop = find(result, 'bare 2 s loop');
  if (!ours || !loop)
    return [{ what, asked, seen: 'no configuration of this run keeps a history', verdict: 'not measured' }];
  const { p50 = Number.NaN, requests } = ours.calm;
  return [
    judge(
      what,
      asked,
      `${toTime(p50)}; ${toCount(requests)} requests, loop ${toCount(loop.calm.requests)}`,
      p50 <= 700 && requests <= loop.calm.requests,
    ),
  ];
}

/** @param {Result} result @returns {readonly Figure[]} */
function streamFigures(result) {
  const bare = find(result, 'bare stream loop')?.calm.p50;
  const client = find(result, 'ours, client with memory store')?.calm.p50;
  const files = find(result, 'ours, fileBackend')?.calm.p50;
  if (bare === undefined || client === undefined || files === undefined) return [];
  const streams = ['ours, fileBackend', 'ours, states'].flatMap(name => {
    const p50 = find(result, name)?.calm.p50;
    if (p50 === undefined) return [];
    const seen = `${toTime(p50)}; loop ${toTime(bare)}: ${(p50 / bare).toFixed(2)} ×, ${(p50 - bare).toFixed(2)} ms more`;
    return judge(
      `stream, \`${name.replace('ours, ', '')}\`: p50`,
      'at most 1.5 × the bare loop, and at most 0.6 ms more',
      seen,
      p50 <= 1.5 * bare && p50 <= bare + 0.6,
      'the difference is the validation of the event, the chart and its messages, on a machine of this load',
    );
  });
  return [
    ...streams,
    judge(
      'client with a memory store: p50',
      'at most 1.5 ms beyond the actor alone',
      `${toTime(client)}; actor ${toTime(files)}`,
      client - files <= 1.5,
    ),
  ];
}

/** What the requests of a job are made of, by its configuration and how long it takes. */
const requestBounds = [
  { name: 'ours, states', classMs: 3_000, atMost: 2 },
  { name: 'ours, states', classMs: 20_000, atMost: 3 },
  { name: 'ours, fileBackend', classMs: 3_000, atMost: 3 },
  { name: 'ours, fileBackend', classMs: 20_000, atMost: 4 },
];

/** @param {Result} result @returns {readonly Figure[]} */
const requestFigures = result =>
  requestBounds.flatMap(({ name, classMs, atMost }) => {
    const summary = find(result, name)?.classes.find(each => each.classMs === classMs)?.summary;
    if (!summary) return [];
    const what = `requests of a ${classMs / 1_000} s job with a stream, \`${name.replace('ours, ', '')}\``;
    return judge(what, `at most ${atMost}`, toCount(summary.requests), summary.requests <= atMost);
  });

/**
 * Whether a client did what it should: one result for each job. After an abort it is none, and a job that is stopped, because it costs.
 *
 * @param {string} fault
 * @param {Summary} summary
 */
const isWhole = (fault, { right, jobs, cancelled }) => right === jobs && (fault !== 'abort' || cancelled === jobs);

/** @typedef {{ row: Row, summary: Summary }} Seen */

/** @param {readonly Row[]} rows @param {string} fault @returns {readonly Seen[]} */
const seenWith = (rows, fault) =>
  rows.flatMap(row => {
    const summary = row.faults.find(each => each.fault === fault)?.summary;
    return summary ? [{ row, summary }] : [];
  });

/** @param {Row} row how many of the situations it masters */
const toScore = ({ faults }) =>
  `${faults.filter(({ fault, summary }) => isWhole(fault, summary)).length} of ${faults.length}`;

/** @param {Seen} seen */
const toAmount = ({ row, summary }) =>
  `${row.contender.name} ${toCount(summary.requests)} (p50 ${toTime(summary.p50)})`;

/**
 * A held answer is one request, so it is compared with nothing. Who may only read is compared with who only reads.
 *
 * @param {Result} result
 * @param {string} fault
 * @param {string} title
 * @param {boolean} isReading
 * @returns {readonly Figure[]}
 */
function faultRequests({ rows }, fault, title, isReading) {
  const seen = seenWith(rows, fault);
  const ours = seen.filter(({ row: { contender } }) => contender.isOurs && (contender.way === 'reads') === isReading);
  const peers = seen.filter(({ row: { contender }, summary }) => {
    const isComparable = contender.way === 'reads' || (contender.way === 'stream' && !isReading);
    return !contender.isOurs && isComparable && isWhole(fault, summary);
  });
  const [first] = peers;
  if (!first || ours.length === 0) return [];
  const best = peers.reduce((a, b) => (b.summary.requests < a.summary.requests ? b : a), first);
  const more = ours.filter(({ summary }) => summary.requests > best.summary.requests);
  const asked = `at most ${toCount(best.summary.requests)}: ${best.row.contender.name} (p50 ${toTime(best.summary.p50)}; right in ${toScore(best.row)} situations)`;
  const found = (more.length === 0 ? ours : more).map(toAmount).join('; ');
  return [judge(`${title}: requests${isReading ? ', reads only' : ''}`, asked, found, more.length === 0)];
}

/** @param {Result} result @returns {readonly Figure[]} */
function faultFigures(result) {
  const faults = result.rows[0]?.faults ?? [];
  return faults.flatMap(({ fault, title }) => {
    const ours = seenWith(result.rows, fault).filter(({ row }) => row.contender.isOurs);
    const wrong = ours.filter(
      ({ summary }) => !isWhole(fault, summary) || summary.requestsAfterEnd > 0 || summary.openAfterEnd > 0,
    );
    const names = wrong.map(({ row }) => row.contender.name).join('; ');
    return [
      ...(ours.length === 0
        ? []
        : [judge(`${title}: outcome`, outcomeAsked, names || 'in every configuration', names === '')]),
      ...faultRequests(result, fault, title, false),
      ...faultRequests(result, fault, title, true),
    ];
  });
}

const outcomeAsked = 'exactly one result (after an abort none, and a stopped job), and nothing after the end';

/** @param {Result} result @returns {readonly Figure[]} */
export const toFigures = result => [
  ...readFigures(result),
  ...historyFigures(result),
  ...streamFigures(result),
  ...requestFigures(result),
  ...faultFigures(result),
];
