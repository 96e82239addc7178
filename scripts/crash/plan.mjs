/**
 * @typedef {import('./crash.types.ts').Crash} Crash
 * @typedef {import('./crash.types.ts').PageKind} PageKind
 */

/** The marks of a client's page in a run without a crash. */
const clientMarks = [
  ...['generation.requested', 'generation.called', 'generation.stored'],
  ...['post.requested', 'post.sent', 'post.answered'],
  ...['job.requested', 'job.called', 'job.stored'],
  ...['result', 'items.requested', 'items.called', 'items.stored'],
  ...['removal.requested', 'removal.called', 'removal.stored'],
];
/** The marks of a drop-in, whose store cannot be wrapped: there, `called` is after the write to `localStorage`. */
const dropInMarks = clientMarks.filter(name => name !== 'result' && !name.endsWith('.stored'));

/** About as long as the generation takes here. */
const durationMs = 1_500;
/** About as many writes as it makes. */
const writes = 14;
/** For each kind of page. */
const crashesAtWrites = 4;
const crashesAtRandom = 14;

/**
 * Crashes of single pages. At each mark the process is killed while the page is paused, and the tab is closed a few random
 * ms later; the others are at random writes, and at random times over the whole duration.
 * @param {() => number} random from 0 to 1 @param {readonly PageKind[]} pageKinds @returns {Crash[]}
 */
export function planPageCrashes(random, pageKinds) {
  const upTo = (/** @type {number} */ most) => Math.floor(random() * (most + 1));
  return pageKinds.flatMap(pageKind => {
    /** @param {Crash['kill']} kill @param {number} afterMs @param {string} [mark] @returns {Crash} */
    const crash = (kill, afterMs, mark) => ({ pageKind, kill, point: { mark, afterMs } });
    const marks = pageKind === 'drop-in' ? dropInMarks : clientMarks;
    const times = (/** @type {number} */ count) => Array.from({ length: count }, (_, n) => n);
    return [
      ...marks.map(mark => crash('crash', 0, mark)),
      ...marks.map(mark => crash('close', upTo(20), mark)),
      ...times(crashesAtWrites).map(n => crash(n % 2 ? 'close' : 'crash', 0, `write ${1 + upTo(writes - 1)}`)),
      ...times(crashesAtRandom).map(n => crash(n % 2 ? 'close' : 'crash', upTo(durationMs))),
    ];
  });
}

/**
 * Crashes of whole browsers. Each ends two pages at once, at the crash point of the first.
 * @param {() => number} random from 0 to 1 @param {readonly PageKind[]} pageKinds @returns {Crash[][]}
 */
export function planBrowserCrashes(random, pageKinds) {
  const marks = ['post.sent', 'job.stored', 'result', 'items.stored', 'removal.stored'];
  const points = [
    ...marks.map(mark => ({ mark, afterMs: 0 })),
    ...marks.map(() => ({ afterMs: Math.floor(random() * durationMs) })),
  ];
  return points.map((point, n) => {
    const pages = pageKinds.map(pageKind => ({ pageKind, kill: /** @type {const} */ ('browser'), point }));
    return n % 2 ? pages.reverse() : pages;
  });
}
