/**
 * @typedef {import('./server-crash.types.ts').Instant} Instant
 * @typedef {import('./server-crash.types.ts').HalfMark} HalfMark
 * @typedef {import('./server-crash.types.ts').ServerCrash} ServerCrash
 */

/**
 * The marks within each instant, in the order in which a wish reaches them. A wish whose process died after one of them was there.
 * @type {Readonly<Record<Instant, readonly HalfMark[]>>}
 */
const marksOf = {
  'before the insert': ['request.called', 'insert.called'],
  'between the insert and the POST': ['insert.done', 'sending.called'],
  'in the POST': ['sending.stored', 'post.called'],
  'after the POST, before its answer is stored': ['post.answered', 'accept.called'],
  'in a step': ['accept.stored', 'claimed', 'read.called', 'read.answered', 'step.called', 'step.stored'],
  'at the end': ['end.called', 'end.stored'],
};
export const instants = /** @type {readonly Instant[]} */ (Object.keys(marksOf));

/** How long a wish is in an instant, in ms. Those that are over at once have no time but that of their marks. @param {Instant} instant @param {number} answerMs */
const lengthOf = (instant, answerMs) =>
  ({ 'in the POST': answerMs, 'in a step': 20, 'at the end': 4 })[/** @type {string} */ (instant)] ?? 0;

/**
 * As many crashes of each instant, every second one at a mark itself. In the POST most are while the vendor works, and one is in a slow one.
 * @param {() => number} random from 0 to 1 @param {{ perInstant: number, answerMs: number, slowMs: number }} options
 * @returns {ServerCrash[]}
 */
export function planServerCrashes(random, { perInstant, answerMs, slowMs }) {
  const below = (/** @type {number} */ count) => Math.floor(random() * count);
  const crashes = instants.flatMap((instant, at) =>
    Array.from({ length: perInstant }, (_, n) => {
      const marks = marksOf[instant];
      const isInPost = instant === 'in the POST';
      const isSlow = isInPost && n === 1;
      const isAtMark = isInPost ? n % 5 === 4 : n % 2 === 0;
      const mark = isInPost && !isAtMark ? 'post.called' : (marks[below(marks.length)] ?? 'request.called');
      const lengthMs = isSlow ? slowMs / 4 : lengthOf(instant, answerMs);
      const afterMs = isAtMark || lengthMs === 0 ? 0 : 1 + below(lengthMs);
      return { key: `${isSlow ? 'slow-' : ''}wish-${at}-${n + 1}`, instant, death: { mark, afterMs } };
    }),
  );
  // In any order, so that each follows on any other.
  return crashes
    .map(crash => ({ crash, at: random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ crash }) => crash);
}

/** Where a wish was, by what its dead process has told of it. @param {readonly HalfMark[]} marks oldest first @returns {Instant} */
export function instantOf(marks) {
  const last = marks.at(-1);
  return instants.find(instant => last !== undefined && marksOf[instant].includes(last)) ?? 'before the insert';
}

/** Whether it is not known from these marks what the vendor has answered. @param {readonly HalfMark[]} marks of one process and wish */
export const isUnanswered = marks => marks.includes('sending.stored') && !marks.includes('accept.stored');
