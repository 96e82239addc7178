// Drawings as text. A reader's browser loads no library for them.

const blue = '#2b66b1';
const orange = '#b4540a';
/** Told apart also by who does not see their hues: each has another lightness, and most have words. */
const tones = { good: '#cfe8d5', middling: '#f3c969', bad: '#c2453a', none: '#ececec' };

/** @param {string | number} text */
const escaped = text => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** @param {number} x @param {number} y @param {string | number} words @param {string} [more] */
const text = (x, y, words, more = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(words)}</text>`;

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} fill @param {string} [more] */
const box = (x, y, width, height, fill, more = '') =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0, width).toFixed(1)}" height="${height.toFixed(1)}" fill="${fill}" ${more}/>`;

/** @param {string} title @param {number} width @param {number} height @param {readonly string[]} parts */
function picture(title, width, height, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    '<g font-family="system-ui, sans-serif" font-size="12" fill="#333">',
    text(16, 24, title, 'font-size="14" font-weight="600"'),
    ...parts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

const width = 820;
const top = 44;
const rowHeight = 22;
/** So many units are as wide as one letter, about. */
const letter = 6.4;

/** Where the labels end. @param {readonly { label: string }[]} rows */
const labelEnd = rows => 20 + letter * Math.max(...rows.map(({ label }) => label.length));

/** Our own lines stand out. @param {string} label */
const weight = label =>
  label.startsWith('ours') || label.startsWith('generation-lifecycle') ? 'font-weight="600"' : '';

/** Bars from 0. @param {string} title @param {readonly { label: string, value: number, words: string }[]} rows */
export function bars(title, rows) {
  const left = labelEnd(rows);
  const most = Math.max(...rows.map(({ value }) => value));
  const parts = rows.flatMap(({ label, value, words }, at) => {
    const y = top + at * rowHeight;
    const long = ((width - left - 60) * value) / most;
    return [
      text(left - 8, y + 15, label, `text-anchor="end" ${weight(label)}`),
      box(left, y + 4, long, rowHeight - 8, blue),
      text(left + long + 6, y + 15, words),
    ];
  });
  return picture(title, width, top + rows.length * rowHeight + 12, parts);
}

/** Spans of time, on a scale by powers of ten. @param {string} title @param {readonly { label: string, from: number | undefined, to: number | undefined, words: string }[]} rows */
export function ranges(title, rows) {
  const left = labelEnd(rows);
  const right = width - 150;
  const values = rows.flatMap(({ from, to }) => [from, to].filter(value => value !== undefined));
  const [low, high] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const at = (/** @type {number} */ ms) => left + ((right - left) * (Math.log10(ms) - low)) / (high - low);
  const bottom = top + rows.length * rowHeight + 4;
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const parts = [
    ...ticks.flatMap(ms => [
      `<line x1="${at(ms).toFixed(1)}" x2="${at(ms).toFixed(1)}" y1="${top}" y2="${bottom}" stroke="#ddd"/>`,
      text(at(ms), bottom + 16, ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`, 'text-anchor="middle"'),
    ]),
    ...rows.flatMap(({ label, from, to, words }, index) => {
      const y = top + index * rowHeight + 11;
      const name = text(left - 8, y + 4, label, `text-anchor="end" ${weight(label)}`);
      if (from === undefined || to === undefined) return [name, text(left + 6, y + 4, '–')];
      return [
        name,
        `<line x1="${at(from).toFixed(1)}" x2="${at(to).toFixed(1)}" y1="${y}" y2="${y}" stroke="${blue}" stroke-width="3"/>`,
        `<circle cx="${at(from).toFixed(1)}" cy="${y}" r="5" fill="${blue}"/>`,
        `<circle cx="${at(to).toFixed(1)}" cy="${y}" r="4" fill="#fff" stroke="${blue}" stroke-width="2"/>`,
        text(right + 12, y + 4, words),
      ];
    }),
  ];
  return picture(title, width, bottom + 28, parts);
}

/** Counts of values, in steps from 0. @param {string} title @param {readonly { name: string, values: readonly number[] }[]} series @param {number} step */
export function histogram(title, series, step) {
  const colours = [blue, orange];
  const most = Math.max(...series.flatMap(({ values }) => values));
  const bins = Math.max(1, Math.floor(most / step) + (most % step === 0 ? 0 : 1));
  /** The last step includes its end. @param {readonly number[]} values */
  const countsOf = values =>
    Array.from(
      { length: bins },
      (_, bin) => values.filter(value => Math.min(bins - 1, Math.floor(value / step)) === bin).length,
    );
  const counted = series.map(({ name, values }) => ({ name, counts: countsOf(values) }));
  const highest = Math.max(...counted.flatMap(({ counts }) => counts));
  const [left, bottom] = [40, 240];
  const each = (width - left - 20) / bins;
  const bar = (each - 4) / series.length;
  const parts = [
    ...counted.flatMap(({ name, counts }, index) => [
      box(left + index * 140, 36, 12, 12, colours[index] ?? blue),
      text(left + 18 + index * 140, 46, name),
      ...counts.flatMap((count, bin) => {
        const tall = ((bottom - 84) * count) / highest;
        const x = left + bin * each + 2 + index * bar;
        return [
          box(x, bottom - tall, bar - 1, tall, colours[index] ?? blue),
          ...(count > 0 ? [text(x + bar / 2, bottom - tall - 4, count, 'text-anchor="middle" font-size="10"')] : []),
        ];
      }),
    ]),
    `<line x1="${left}" x2="${width - 20}" y1="${bottom}" y2="${bottom}" stroke="#999"/>`,
    ...Array.from({ length: bins + 1 }, (_, bin) =>
      text(left + bin * each, bottom + 18, bin * step, 'text-anchor="middle"'),
    ),
  ];
  return picture(title, width, bottom + 32, parts);
}

/**
 * A field of cells, each with its tone.
 *
 * @param {string} title @param {readonly string[]} columns
 * @param {readonly { label: string, cells: readonly { words: string, tone: string }[] }[]} rows
 * @param {Readonly<Record<keyof typeof tones, string>>} key what each tone means
 */
export function grid(title, columns, rows, key) {
  const left = labelEnd(rows);
  const cell = Math.max(34, Math.floor((width - left) / columns.length));
  const whole = Math.max(width, left + cell * columns.length + 70);
  const names = 10 + 0.72 * letter * Math.max(...columns.map(name => name.length));
  const start = top + 26 + names;
  const used = Object.entries(tones).filter(([tone]) =>
    rows.some(({ cells }) => cells.some(each => each.tone === tone)),
  );
  let x = 16;
  const legend = used.flatMap(([tone, fill]) => {
    const words = Reflect.get(key, tone);
    const at = x;
    x += 40 + letter * words.length;
    return [box(at, 38, 12, 12, fill, 'stroke="#777"'), text(at + 18, 48, words)];
  });
  const parts = [
    ...legend,
    ...columns.map((name, at) => {
      const middle = left + (at + 0.5) * cell;
      return text(middle, start - 8, name, `transform="rotate(-40 ${middle.toFixed(1)} ${(start - 8).toFixed(1)})"`);
    }),
    ...rows.flatMap(({ label, cells }, row) => {
      const y = start + row * rowHeight;
      return [
        text(left - 8, y + 15, label, `text-anchor="end" ${weight(label)}`),
        ...cells.flatMap(({ words, tone }, at) => [
          box(left + at * cell + 1, y + 1, cell - 2, rowHeight - 2, Reflect.get(tones, tone)),
          ...(words
            ? [
                text(
                  left + (at + 0.5) * cell,
                  y + 15,
                  words,
                  `text-anchor="middle"${tone === 'bad' ? ' fill="#fff"' : ''}`,
                ),
              ]
            : []),
        ]),
      ];
    }),
  ];
  return picture(title, whole, start + rows.length * rowHeight + 12, parts);
}
