import { toTable, toTime } from '../report/markdown.mjs';

/** @import { Measured } from './bench.types.ts' */

const begin = '<!-- bench:server begins -->';
const end = '<!-- bench:server ends -->';

const groups = /** @type {const} */ ({
  http: 'Over HTTP, with a vendor that answers in 5 ms',
  'http-often': 'Over HTTP, twice as often',
  function: 'The engine’s own cost: the vendor’s read is a function',
  saturated: 'More steps than two cores make: the vendor’s read is a function',
  pages: 'Pages: a stream each, with a step of its job each 5 s',
});

/** @param {Measured} measured */
const toName = ({ scenario: { engine, store } }) =>
  engine === 'in-process' ? `in-process, ${store === 'sqlite' ? 'SQLite' : 'PostgreSQL'}` : engine;

/** @param {Measured['scenario']} scenario */
const toProcesses = ({ processes }) => `${processes} ${processes === 1 ? 'process' : 'processes'}`;

/** @param {Measured} row */
const toPlace = row =>
  `${toName(row)} with ${row.scenario.jobs.toLocaleString('en-US')} jobs and ${toProcesses(row.scenario)} (${row.scenario.group})`;

/** CPU of a step, the database's included. @param {Pick<Measured, 'cpuMs' | 'databaseMs'>} measured */
export const toCost = ({ cpuMs, databaseMs = 0 }) => cpuMs + databaseMs;

/** Steps a second that its jobs want. @param {Measured['scenario']} scenario */
const toWanted = ({ jobs, stepEveryMs }) => (jobs * 1_000) / stepEveryMs;

/** Of the wanted steps. The chart reads up to a fifth later or sooner than the policy says, so that a few seconds may have fewer. */
const saturatedBelow = 0.8;

/** Whether the machine could not make the steps that were wanted: what is late then waits for the machine. @param {Measured} row */
const isSaturated = ({ scenario, stepsPerSecond }) => stepsPerSecond < saturatedBelow * toWanted(scenario);

/** @param {readonly Measured[]} rows */
const toSteps = rows =>
  toTable(
    [
      'engine, store ',
      'jobs',
      'processes',
      'steps/s',
      'of',
      'late p50',
      'late p95',
      'CPU a step',
      'of it database',
      'statements a step',
      'memory of a process',
      'heap a job',
    ],
    rows.map(row => {
      const { scenario } = row;
      return [
        toName(row),
        scenario.jobs.toLocaleString('en-US'),
        String(scenario.processes),
        row.stepsPerSecond.toFixed(0),
        toWanted(scenario).toFixed(0),
        toTime(row.lateP50),
        toTime(row.lateP95),
        `${toCost(row).toFixed(2)} ms`,
        row.databaseMs === undefined ? '–' : `${row.databaseMs.toFixed(2)} ms`,
        row.statements.toFixed(2),
        `${row.rssMiB.toFixed(0)} MiB`,
        `${row.heapKiB.toFixed(2)} KiB`,
      ];
    }),
  );

/** @param {readonly Measured[]} rows */
const toPages = rows =>
  toTable(
    ['engine, store ', 'pages', 'processes', 'events/s', 'step to page p50', 'p99'],
    rows.map(row => [
      toName(row),
      String(row.pages?.clients),
      String(row.scenario.processes),
      (((row.pages?.events ?? 0) * 1_000) / row.scenario.measuredMs).toFixed(0),
      toTime(row.pages?.p50),
      toTime(row.pages?.p99),
    ]),
  );

/**
 * What was asked of the figures, of those that are below saturation.
 *
 * @param {readonly Measured[]} rows
 * @returns {readonly { what: string, seen: string, isHeld: boolean }[]}
 */
export function toVerdicts(rows) {
  const judged = rows.filter(row => !isSaturated(row));
  const flat = judged
    .filter(({ scenario }) => scenario.group === 'http' || scenario.group === 'function')
    .flatMap(few => {
      const { group, engine, store, processes, jobs } = few.scenario;
      const many = judged.find(
        ({ scenario: other }) =>
          other.group === group &&
          other.engine === engine &&
          other.store === store &&
          other.processes === processes &&
          other.jobs > jobs,
      );
      if (!many) return [];
      const ratio = toCost(many) / toCost(few);
      const name = `${toName(few)}, ${toProcesses(few.scenario)}, ${group}`;
      const counts = `${jobs.toLocaleString('en-US')} to ${many.scenario.jobs.toLocaleString('en-US')} jobs`;
      return [{ what: `CPU of a step from ${counts}: ${name}`, seen: `× ${ratio.toFixed(2)}`, isHeld: ratio <= 1.2 }];
    });
  const late = judged
    .filter(({ scenario }) => scenario.group !== 'saturated' && scenario.group !== 'pages')
    .map(row => ({
      what: `lateness p95, ${row.scenario.group}, ${row.scenario.jobs.toLocaleString('en-US')} jobs: ${toName(row)}, ${toProcesses(row.scenario)}`,
      seen: toTime(row.lateP95),
      isHeld: row.lateP95 <= 1_000,
    }));
  return [...flat, ...late];
}

/** When and where rows were measured, each once. @param {readonly Measured[]} rows */
const toCircumstances = rows =>
  [...new Set(rows.map(({ date, machine, loadBefore }) => `${date} · ${machine} · load before: ${loadBefore}`))].join(
    '\n\n',
  );

/** @param {readonly Measured[]} rows */
export function toSection(rows) {
  const verdicts = toVerdicts(rows);
  const failed = verdicts.filter(({ isHeld }) => !isHeld);
  const saturated = rows.filter(row => row.scenario.group !== 'saturated' && isSaturated(row));
  const parts = /** @type {(keyof typeof groups)[]} */ (Object.keys(groups)).flatMap(group => {
    const some = rows.filter(({ scenario }) => scenario.group === group);
    if (some.length === 0) return [];
    return [`### ${groups[group]}`, group === 'pages' ? toPages(some) : toSteps(some)];
  });
  return `${begin}

## The server half

Written by \`npm run bench:server\`; do not edit. With \`-- --only "http-often,pg-boss"\` it measures some scenarios again, and keeps the others.

${toCircumstances(rows)}

The server half follows running jobs in its own processes. The database, the vendor and the pages run on the same machine.

- **steps/s, of**: steps made, and steps wanted. A step claims a job, reads the vendor, runs the chart, and writes.
- **late**: the time from when a step was due to its read of the vendor. The in-process engine looks every 250 ms.
- **CPU a step**: all processes with a server half, and PostgreSQL; SQLite runs inside the processes. The vendor's CPU does not count.
- **statements**: statements sent to PostgreSQL by the store and the engine. For SQLite, calls of the store.
- **heap a job**: the heap after a garbage collection, divided by the running jobs. Jobs are rows: a process holds only those whose step it makes.
- **step to page**: the time from the vendor's answer to the event in the page, through the write, the notice and the stream. With two processes, both make steps, and the pages are on one of them.

**What two cores cannot show**: how steps grow with cores. All processes share the same two cores with the database and the vendor. More processes therefore show that they do not disturb each other, not that they make more steps. A database on another machine costs more time per statement, but no CPU. \`fsync\` is off. On a virtual machine the CPU of a step differs by up to a third between runs of one scenario.

${parts.join('\n\n')}

### What was asked

${failed.length === 0 ? 'All of it holds: ' : `${failed.length} of ${verdicts.length} do not hold: `}the CPU of a step grows by no more than 20 % from few jobs to many at the same number of steps, and 95 % of the steps are at most 1 s late.${
    failed.length === 0
      ? ''
      : `\n\n${toTable(
          ['what ', 'seen'],
          failed.map(({ what, seen: found }) => [what, found]),
        )}`
  }${
    saturated.length === 0
      ? ''
      : `\n\nNot judged, because the machine made less than ${100 * saturatedBelow} % of the steps that were wanted: ${saturated.map(toPlace).join(', ')}.`
  }

${end}
`;
}

/** A page with this section in place of the one that it has, or at its end. @param {string} page @param {string} section */
export function withSection(page, section) {
  const [before = '', rest] = page.split(begin);
  const after = rest?.split(`${end}\n`)[1] ?? '';
  return `${before.trimEnd()}\n\n${section}${after}`;
}

/** The section that a page has, to be kept by who writes the rest. @param {string} page */
export function sectionOf(page) {
  const from = page.indexOf(begin);
  return from < 0 ? '' : page.slice(from);
}
