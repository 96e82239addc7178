import { toCell, toCount, toTable, toTime } from '../../report/markdown.mjs';
import { faultNames, faults } from '../server/faults.mjs';
import { toFigures } from './figures.mjs';

/** @import { Circumstances } from '../../report/circumstances.mjs' */
/** @import { Way } from '../clients/roster.mjs' */
/** @import { Result, Row } from '../measure/measure.mjs' */
/** @import { Size } from '../measure/plan.mjs' */

const ways = /** @type {const} */ ({
  stream: 'By an event stream',
  reads: 'By reads',
  held: 'By an answer that is held until the end',
});

/** @param {Row} row */
const toName = ({ contender }) => (contender.isOurs ? `**${contender.name}**` : contender.name);

/** @param {Row['calm']} summary */
const toRight = ({ right, jobs }) => (right === jobs ? 'all' : `${right} of ${jobs}`);

/** @param {Row['calm']} summary */
const toAfter = ({ requestsAfterEnd, openAfterEnd }) =>
  requestsAfterEnd + openAfterEnd === 0 ? '0' : `${toCount(requestsAfterEnd)} / ${toCount(openAfterEnd)}`;

/** @param {Result} result @param {Way} way */
function toCalmTable({ rows }, way) {
  const some = rows.filter(({ contender }) => contender.way === way);
  const classes = rows[0]?.classes.map(({ classMs }) => `${classMs / 1_000} s`) ?? [];
  return toTable(
    ['client ', 'p50', 'p95', ...classes.map(name => `requests, ${name}`), 'all', 'once', 'after the end', 'CPU a job'],
    some.map(row => [
      toName(row),
      toTime(row.calm.p50),
      toTime(row.calm.p95),
      ...row.classes.map(({ summary }) => toCount(summary.requests)),
      toCount(row.calm.requests),
      toRight(row.calm),
      toAfter(row.calm),
      `${row.cpuMs.toFixed(1)} ms`,
    ]),
  );
}

/** @param {Result} result @param {string} fault */
function toFaultTable({ rows }, fault) {
  const isAbort = fault === 'abort';
  return toTable(
    [
      'client ',
      isAbort ? 'no result' : 'once',
      'none',
      'several',
      'p50',
      'requests',
      'after the end',
      ...(isAbort ? ['job stopped'] : []),
    ],
    rows.flatMap(row => {
      const summary = row.faults.find(each => each.fault === fault)?.summary;
      if (!summary) return [];
      const cells = [toName(row), toRight(summary), `${summary.none}`, `${summary.several}`, toTime(summary.p50)];
      const more = [toCount(summary.requests), toAfter(summary)];
      return [[...cells, ...more, ...(isAbort ? [`${summary.cancelled} of ${summary.jobs}`] : [])]];
    }),
  );
}

/** @param {Result} result */
function toErrors({ rows }) {
  const errors = rows.flatMap(row => {
    const told = row.faults.flatMap(({ title, summary }) =>
      summary.error && summary.right < summary.jobs ? [`${title}: ${toCell(summary.error)}`] : [],
    );
    const uncaught =
      row.uncaught.length === 0 ? [] : [`${row.uncaught.length} uncaught: ${toCell(row.uncaught[0] ?? '')}`];
    return [...told, ...uncaught].map(text => [toName(row), text]);
  });
  return errors.length === 0 ? 'None.' : toTable(['client ', 'error '], errors);
}

/** @param {Result} result */
function toFiguresTable(result) {
  const rows = toFigures(result).map(({ what, asked, seen, verdict, limit }) => [
    what,
    asked,
    limit === undefined ? seen : `${seen} (${limit})`,
    verdict === 'met' ? 'met' : `**${verdict}**`,
  ]);
  return toTable(['figure ', 'goal ', 'seen ', 'verdict '], rows);
}

/**
 * `docs/benchmarks.md`.
 *
 * @param {Result} result
 * @param {Circumstances & { loads: readonly string[], isQuick: boolean }} circumstances
 * @param {Size} size
 */
export function toBenchmarksPage(result, { date, machine, versions, loads, isQuick }, size) {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const classes = size.classesMs.map(ms => `${ms / 1_000}`).join(', ');
  return `# Benchmarks

Written by \`npm run bench:peers\`; do not edit.${isQuick ? ' **A quick run: too few jobs to compare.**' : ''}

${date} · ${machine} · load at the start and at the end: ${loads.join(', ')}

${packages.join(' · ')}

This page compares this library with other clients for generation jobs: how soon your app gets a finished result, and how many requests that takes. [Charges](charges.md) counts what one click sends when its answer is lost.

## How to read this page

- Each client runs in its own process, and the backend in another, on one machine. So a latency is what the client adds; a network adds the same to each.
- Each client uses its own vendor's documented protocol, against the same jobs, with its default options. Two exceptions: TanStack Query has no default interval and reads every 2 s, and our client may run all jobs at once.
- **p50, p95**: the time from the result at the backend to the result in your code.
- **requests**: submit, reads, streams, results and cancel, per job; the mean if jobs differ.
- **once**: jobs that gave the app exactly one result. **none**, **several**: no result, or more than one.
- **after the end**: the mean number of requests per job that were sent after the app had its result / that were still open a second later.
- **CPU a job**: CPU time of the whole process, including its start, divided by its jobs. It does not depend on the machine's other load.
- *bare stream loop* and *bare 2 s loop* are the shortest possible code. *hand-written hook* is what many products have: it remembers the URL so as to deliver one result; *mended* forgets the URL in its cleanup.
- **${ways.held}** needs a protocol that few backends have: the answer to the submit comes at the end (Replicate, at most 60 s), or is the stream (TanStack AI, with its own server). It needs no reads, so nothing is faster. After a reload, nothing finds the job again.

## No fault

${size.jobsPerClass} jobs each of about ${classes} s at the same time: up to a second more or less, evenly spread, so that no client's interval fits by chance. Few of them end in the same moment.

${Object.entries(ways)
  .map(([way, title]) => `### ${title}\n\n${toCalmTable(result, /** @type {Way} */ (way))}`)
  .join('\n\n')}

## Faults

${size.jobsPerFault} jobs for each fault and client. A job takes about 6 s, unless the fault says otherwise. ${size.patienceMs / 1_000} s after the end of the job, a client without a result counts as not delivering.

${faultNames
  .map(fault => `### ${faults[fault].title}\n\n${faults[fault].says}\n\n${toFaultTable(result, fault)}`)
  .join('\n\n')}

### What the clients said

Errors where the app did not get what it should.

${toErrors(result)}

## Goals

This library's goals, and whether this run meets them. For each fault, the requests are compared with those of the best client that behaves correctly, once among all with a
stream or reads, and once among those with reads only. An answer that is held until the end is left out, because it is one request. A client may send fewer requests because it sees the result later, so its
p50 is given too, and in how many of the ${faultNames.length} situations it is right.

${toFiguresTable(result)}
`;
}
