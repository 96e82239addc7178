import { bars, grid, histogram, ranges } from './plot-forms.mjs';
import { columnOf, tablesOf, toMs } from './tables.mjs';

/** A drawing, and the line of the page behind which it stands. @typedef {{ name: string, title: string, line: number, svg: string }} Plot */
/** @typedef {import('./tables.mjs').Table} Table */

/** @param {string} words */
const toName = words =>
  words
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-|-$/g, '');

/** @param {string} page @param {Table} table @param {string} title @param {(title: string) => string} draw @returns {Plot} */
const plot = (page, { line }, title, draw) => ({ name: toName(`${page} ${title}`), title, line, svg: draw(title) });

/** How soon, and for how many requests. @param {readonly Table[]} tables @returns {Plot[]} */
function benchmarks(tables) {
  const timed = tables.filter(({ columns }) => columns.includes('p95'));
  const plots = timed.flatMap(table => {
    const labels = columnOf(table, 'client');
    const [p50, p95] = [columnOf(table, 'p50'), columnOf(table, 'p95')];
    const spans = labels.map((label, at) => ({
      label,
      from: toMs(p50[at] ?? ''),
      to: toMs(p95[at] ?? ''),
      words: `${p50[at]} – ${p95[at]}`,
    }));
    const requests = columnOf(table, 'all').map((words, at) => ({
      label: labels[at] ?? '',
      value: Number(words),
      words,
    }));
    return [
      plot(
        'benchmarks',
        table,
        `${table.heading}: how late a result is, from the median to the 95th percentile`,
        title => ranges(title, spans),
      ),
      plot('benchmarks', table, `${table.heading}: requests for a job`, title => bars(title, requests)),
    ];
  });
  const faults = tables.filter(({ section, columns }) => section === 'Faults' && columns.includes('once'));
  const [first] = faults;
  if (!first) return plots;
  const rows = columnOf(first, 'client').map(label => ({
    label,
    cells: faults.map(table => {
      const once = columnOf(table, 'once')[columnOf(table, 'client').indexOf(label)] ?? '–';
      return { words: once.replace(/ of \d+$/, ''), tone: toTone(once) };
    }),
  }));
  const columns = faults.map(({ heading }) => heading);
  const key = {
    good: 'each job has delivered one result',
    middling: 'some jobs have',
    bad: 'no job has',
    none: 'not tried',
  };
  const overview = plot('benchmarks', first, 'Under each fault: jobs that have delivered exactly one result', title =>
    grid(title, columns, rows, key),
  );
  return [...plots, overview];
}

/** @param {string} once */
function toTone(once) {
  if (once === 'all') return 'good';
  if (once === '–') return 'none';
  return once.startsWith('0 ') ? 'bad' : 'middling';
}

/** How long the rows took, and how many of the allowed requests they sent. @param {readonly Table[]} tables @returns {Plot[]} */
function faults(tables) {
  const runs = tables.filter(({ columns }) => columns.includes('requests') && columns.includes('where'));
  const [first] = runs;
  if (!first) return [];
  const places = [...new Set(runs.flatMap(table => columnOf(table, 'where')))];
  /** @param {string} column @param {(cell: string) => number} toValue */
  const series = (column, toValue) =>
    places.map(name => ({
      name,
      values: runs.flatMap(table => {
        const where = columnOf(table, 'where');
        return columnOf(table, column)
          .filter((_, at) => where[at] === name)
          .map(toValue)
          .filter(Number.isFinite);
      }),
    }));
  const share = (/** @type {string} */ cell) => {
    const [, sent, allowed] = /^(\d+) of (\d+)$/.exec(cell) ?? [];
    return (100 * Number(sent)) / Number(allowed);
  };
  return [
    plot('faults', first, 'Rows, by the part of the allowed requests that they sent, in percent', title =>
      histogram(title, series('requests', share), 10),
    ),
    plot('faults', first, 'Rows, by the seconds that they took', title =>
      histogram(title, series('seconds', Number), 1),
    ),
  ];
}

/** How each generation ended, fault by fault and vendor by vendor. @param {readonly Table[]} tables @returns {Plot[]} */
function halfFaults(tables) {
  return tables
    .filter(({ columns }) => columns.includes('fault') && columns.includes('verdict'))
    .map(table => {
      const vendors = table.columns.filter(name => name !== 'fault' && name !== 'verdict');
      const cellsOf = vendors.map(vendor => columnOf(table, vendor));
      const rows = columnOf(table, 'fault').map((label, at) => ({
        label,
        cells: cellsOf.map(cells => ({ words: '', tone: toEnd(cells[at] ?? '') })),
      }));
      const key = {
        good: 'a result',
        middling: 'a failure that says what was paid',
        bad: 'anything else',
        none: 'decides nothing',
      };
      return plot('faults-server-half', table, `${table.heading}: how each generation ended`, title =>
        grid(title, vendors, rows, key),
      );
    });
}

/** @param {string} cell */
function toEnd(cell) {
  if (cell.startsWith('completed')) return 'good';
  if (cell === '–') return 'none';
  return /^[a-z-]+, \d+ paid, charged \w+$/.test(cell) ? 'middling' : 'bad';
}

/** @param {readonly Table[]} tables @returns {Plot[]} */
function charges(tables) {
  const table = tables.find(({ columns }) => columns.includes('most jobs'));
  if (!table) return [];
  const calls = columnOf(table, 'the click calls');
  const packages = columnOf(table, 'package');
  const counts = columnOf(table, 'most jobs').map((words, at) => ({
    label: `${packages[at]?.replace(/ [\d.]+$/, '')}: ${calls[at]}`,
    value: Number(words),
    words,
  }));
  return [
    plot('charges', table, 'Most jobs that one click starts when its answer is lost', title => bars(title, counts)),
  ];
}

/** @type {Readonly<Record<string, (tables: readonly Table[]) => Plot[]>>} */
const plotsByPage = {
  'docs/benchmarks.md': benchmarks,
  'docs/faults.md': faults,
  'docs/faults-server-half.md': halfFaults,
  'docs/charges.md': charges,
};

/** The pages whose tables are drawn. */
export const drawnPages = Object.keys(plotsByPage);

/** The drawings of a page's tables. Their figures are the tables' own. @param {string} file @param {string} text @returns {Plot[]} */
export const plotsOf = (file, text) => plotsByPage[file]?.(tablesOf(text)) ?? [];

/** The page with each drawing behind its table. @param {string} text @param {readonly Plot[]} plots */
export function withPlots(text, plots) {
  const lines = text.split('\n');
  return lines
    .flatMap((line, at) => [
      ...plots.filter(plot => plot.line === at).flatMap(({ name, title }) => ['', `![${title}](/plots/${name}.svg)`]),
      line,
    ])
    .join('\n');
}
