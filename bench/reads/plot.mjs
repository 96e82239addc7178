import { addDuration, fixed, learned, proportional } from 'generation-lifecycle';
import { lognormal, seededRandom, simulate } from './simulation.mjs';

/** @typedef {readonly [x: number, y: number]} Point */
/** @typedef {{ readonly name: string, readonly color: string, readonly points: readonly Point[], readonly at: Point }} Line */

const images = lognormal(12_000, 0.35);
const colors = { loop: '#8a8a8a', list: '#b5651d', proportional: '#2f6fb0', learned: '#1b8a5a' };

/** @param {number} from @param {number} to @param {number} step */
const range = (from, to, step) => Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

function imageHistory() {
  const random = seededRandom(7);
  return range(1, 20, 1).reduce(
    history => {
      const ms = images(random, 0);
      return addDuration(history, [ms, ms]);
    },
    /** @type {import('generation-lifecycle').DurationHistory | undefined} */ (undefined),
  );
}

/** The gap after a read at each age. @returns {readonly Line[]} */
function gapLines() {
  const history = imageHistory();
  const ages = range(0, 60, 0.5);
  /** @param {import('generation-lifecycle').ReadSchedule} schedule @returns {readonly Point[]} */
  const pointsOf = schedule => ages.map(s => [s, schedule(s * 1_000, { readCount: 1, history }) / 1_000]);
  return [
    { name: 'a loop of 2 s', color: colors.loop, points: pointsOf(fixed(2_000)), at: [47, 2.3] },
    { name: 'proportional()', color: colors.proportional, points: pointsOf(proportional()), at: [47.5, 6.2] },
    { name: 'learned()', color: colors.learned, points: pointsOf(learned()), at: [13, 0.4] },
  ];
}

/** Latency and requests of each kind of schedule, from impatient to patient. @returns {readonly Line[]} */
function costLines() {
  const jobs = 400;
  /** @param {import('generation-lifecycle').ReadSchedule} schedule @param {object} [options] @returns {Point} */
  const pointOf = (schedule, options) => {
    const { p50, requests } = simulate(schedule, images, { jobs, ...options });
    return [requests, p50];
  };
  const learnt = [0.25, 0.5, 1, 2, 4, 8].map(patience => pointOf(learned({ patience }), { learnsFrom: 20 }));
  const shares = [0.1, 0.15, 0.2, 0.3, 0.5].map(share => pointOf(proportional({ share })));
  const loops = [1_000, 1_500, 2_000, 3_000, 5_000].map(ms => pointOf(fixed(ms), { jitter: 0 }));
  return [
    { name: 'loops of 1 to 5 s', color: colors.loop, points: loops, at: [8.2, 1.2] },
    {
      name: '1, 2, 5, 10 s',
      color: colors.list,
      points: [pointOf(fixed(1_000, 2_000, 5_000, 10_000))],
      at: [5.4, 5.3],
    },
    { name: 'proportional({ share })', color: colors.proportional, points: shares, at: [9.6, 2.1] },
    { name: 'learned({ patience })', color: colors.learned, points: learnt, at: [2.2, 0.35] },
  ];
}

/**
 * @param {number} left @param {{ title: string, x: string, y: string, maxX: number, maxY: number, lines: readonly Line[], hasDots: boolean }} panel
 */
function drawPanel(left, { title, x, y, maxX, maxY, lines, hasDots }) {
  const [width, height, top] = [320, 240, 40];
  /** @param {Point} point @returns {Point} */
  const place = ([px, py]) => [left + (px / maxX) * width, top + height - (Math.min(py, maxY) / maxY) * height];
  /** @param {Point} point */
  const pair = point =>
    place(point)
      .map(n => n.toFixed(1))
      .join(',');
  /** @param {number} px @param {number} py @param {string} words @param {string} [rest] */
  const label = (px, py, words, rest = '') => `<text x="${px.toFixed(1)}" y="${py.toFixed(1)}" ${rest}>${words}</text>`;
  const ticksX = range(0, maxX, maxX / 4).map(n =>
    label(place([n, 0])[0], top + height + 16, `${n}`, 'text-anchor="middle"'),
  );
  const ticksY = range(0, maxY, maxY / 5).map(n => label(left - 6, place([0, n])[1] + 4, `${n}`, 'text-anchor="end"'));
  const drawn = lines.flatMap(({ name, color, points, at }) => [
    `<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.map(pair).join(' ')}"/>`,
    ...(hasDots
      ? points.map(
          point =>
            `<circle cx="${place(point)[0].toFixed(1)}" cy="${place(point)[1].toFixed(1)}" r="3.5" fill="${color}"/>`,
        )
      : []),
    label(...place(at), name, `fill="${color}"`),
  ]);
  return [
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="none" stroke="#999"/>`,
    label(left, top - 14, title, 'font-weight="bold"'),
    label(left + width / 2, top + height + 34, x, 'text-anchor="middle"'),
    label(0, 0, y, `text-anchor="middle" transform="translate(${left - 30} ${top + height / 2}) rotate(-90)"`),
    ...ticksX,
    ...ticksY,
    ...drawn,
  ];
}

/** The plot as SVG. */
export function drawReads() {
  const gaps = drawPanel(56, {
    title: 'The next read (images of about 12 s)',
    x: 'age of the job, s',
    y: 'gap, s',
    maxX: 60,
    maxY: 10,
    lines: gapLines(),
    hasDots: false,
  });
  const costs = drawPanel(456, {
    title: 'What sooner costs',
    x: 'reads for each job',
    y: 'seen too late by, s (median)',
    maxX: 16,
    maxY: 7.5,
    lines: costLines(),
    hasDots: true,
  });
  const style = 'font-family="system-ui, sans-serif" font-size="12" fill="#333"';
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 330" role="img" aria-label="Gaps and costs of the schedules">',
    '<rect width="800" height="330" fill="#fff"/>',
    `<g ${style}>`,
    ...gaps,
    ...costs,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}
