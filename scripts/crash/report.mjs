import { checkReport, isDurable } from './check-report.mjs';
import { phaseOf, phases } from './phases.mjs';

/** @typedef {import('./crash.types.ts').CrashReport} CrashReport */

const columns = [
  'page',
  'killed',
  'crashes',
  'no POST',
  'one POST',
  'item',
  'interrupted',
  'nothing',
  'lost',
  'verdict',
];

/** @param {readonly CrashReport[]} reports @param {(report: CrashReport) => boolean} matches */
const count = (reports, matches) => `${reports.filter(matches).length || ''}`;

/** @param {string} page @param {string} phase @param {readonly CrashReport[]} reports */
function toCells(page, phase, reports) {
  const problems = reports.flatMap(report => checkReport(report).problems);
  const isBrowserLoss = reports.some(report => !isDurable(report.crash) && checkReport(report).result === 'lost');
  return [
    page,
    phase,
    `${reports.length}`,
    count(reports, ({ posts }) => posts === 0),
    count(reports, ({ posts }) => posts === 1),
    ...['item', 'interrupted', 'nothing', 'lost'].map(result =>
      count(reports, report => checkReport(report).result === result),
    ),
    problems.length > 0 ? `${problems.length} failed` : isBrowserLoss ? 'passed (lost by the browser)' : 'passed',
  ];
}

/** A row for each kind of page, kill and phase, in order. @param {readonly CrashReport[]} reports */
function toRows(reports) {
  const kills = [
    { name: '', kills: ['close', 'crash'] },
    { name: ', browser killed', kills: ['browser'] },
  ];
  const pageKinds = [...new Set(reports.map(({ crash }) => crash.pageKind))];
  return kills.flatMap(({ name, kills }) =>
    pageKinds.flatMap(pageKind =>
      phases.flatMap(([phase]) => {
        const ofRow = reports.filter(
          report =>
            report.crash.pageKind === pageKind && kills.includes(report.crash.kill) && phaseOf(report) === phase,
        );
        return ofRow.length > 0 ? [toCells(`${pageKind}${name}`, phase, ofRow)] : [];
      }),
    ),
  );
}

/** @param {readonly CrashReport[]} reports */
export function printReports(reports) {
  const lines = [columns, ...toRows(reports)];
  const widths = columns.map((_, index) => Math.max(...lines.map(line => line[index]?.length ?? 0)));
  for (const line of lines) {
    console.log(
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
  const lost = reports.filter(report => checkReport(report).result === 'lost' && !isDurable(report.crash)).length;
  if (lost > 0) {
    console.log(
      `The browser lost the storage of ${lost}: Chromium writes localStorage to disk 5 s after a page's first write, then about once a minute.`,
    );
  }
}

/** One line for each problem. @param {readonly CrashReport[]} reports */
export function problemsOf(reports) {
  return reports.flatMap(report => {
    const { crash, storedAfterCrash } = report;
    const { mark = 'Generate', afterMs } = crash.point;
    const where = `${crash.pageKind}, ${crash.kill} ${afterMs} ms after ${mark} (${phaseOf(report)})`;
    return checkReport(report).problems.map(
      problem => `${where}: ${problem}. Stored after the crash: ${JSON.stringify(storedAfterCrash)}`,
    );
  });
}
