/**
 * @typedef {import('./crash.types.ts').Death} Death
 * @typedef {import('./crash.types.ts').Keeping} Keeping
 */

/** What a client's page does in a run that goes well. */
const clientMarks = [
  ...['record.asked', 'record.called', 'record.kept'],
  ...['post.asked', 'post.sent', 'post.answered'],
  ...['job.asked', 'job.called', 'job.kept'],
  ...['result', 'items.asked', 'items.called', 'items.kept'],
  ...['removal.asked', 'removal.called', 'removal.kept'],
];
/** What is seen of a drop-in from outside: there, `called` is what stands in the storage. */
const dropInMarks = clientMarks.filter(name => name !== 'result' && !name.endsWith('.kept'));

/** About as long as the generation takes here. */
const durationMs = 1_500;
/** About as many single writes it makes. */
const writes = 14;
/** Of each kind of page. */
const writeInstants = 4;
const anyInstants = 14;

/**
 * The deaths of pages. At each mark the process dies where the page stands still, and the tab is closed a few random ms
 * after it; the rest is at random before single writes, and at random over the whole duration.
 * @param {() => number} random from 0 to 1 @param {readonly Keeping[]} keepings @returns {Death[]}
 */
export function planPages(random, keepings) {
  const upTo = (/** @type {number} */ most) => Math.floor(random() * (most + 1));
  return keepings.flatMap(keeping => {
    /** @param {Death['kill']} kill @param {number} afterMs @param {string} [mark] @returns {Death} */
    const death = (kill, afterMs, mark) => ({ keeping, kill, instant: { mark, afterMs } });
    const marks = keeping === 'drop-in' ? dropInMarks : clientMarks;
    const times = (/** @type {number} */ count) => Array.from({ length: count }, (_, n) => n);
    return [
      ...marks.map(mark => death('crash', 0, mark)),
      ...marks.map(mark => death('close', upTo(20), mark)),
      ...times(writeInstants).map(n => death(n % 2 ? 'close' : 'crash', 0, `write ${1 + upTo(writes - 1)}`)),
      ...times(anyInstants).map(n => death(n % 2 ? 'close' : 'crash', upTo(durationMs))),
    ];
  });
}

/**
 * The deaths of browsers, each of which takes two pages along; the first of them says when.
 * @param {() => number} random from 0 to 1 @param {readonly Keeping[]} keepings @returns {Death[][]}
 */
export function planBrowsers(random, keepings) {
  const marks = ['post.sent', 'job.kept', 'result', 'items.kept', 'removal.kept'];
  const instants = [
    ...marks.map(mark => ({ mark, afterMs: 0 })),
    ...marks.map(() => ({ afterMs: Math.floor(random() * durationMs) })),
  ];
  return instants.map((instant, n) => {
    const pages = keepings.map(keeping => ({ keeping, kill: /** @type {const} */ ('browser'), instant }));
    return n % 2 ? pages.reverse() : pages;
  });
}
