/**
 * @typedef {import('./crash.types.ts').Autopsy} Autopsy
 * @typedef {import('./crash.types.ts').End} End
 * @typedef {import('./crash.types.ts').Verdict} Verdict
 */

/** What the user of the second life has. @param {Autopsy} autopsy @returns {End} */
function endOf({ shown, kept, posts }) {
  const failures = shown.told.filter(one => one !== 'completed');
  if (kept.items.length === 1) return failures.length === 0 ? 'item' : 'wrong';
  if (kept.items.length > 1) return 'wrong';
  if (failures.length === 0) return posts > 0 ? 'lost' : 'nothing';
  return failures.length === 1 && failures[0] === 'interrupted' ? 'interrupted' : 'wrong';
}

/**
 * Whether what a store has answered outlives this kill. Chromium holds what is in `localStorage` in its own memory for
 * seconds before it writes; IndexedDB's transactions are with the system when they are answered.
 * @param {Pick<import('./crash.types.ts').Death, 'keeping' | 'kill'>} death
 */
export const isDurable = ({ keeping, kill }) => kill !== 'browser' || keeping === 'indexedStore';

/** @param {Autopsy} autopsy @returns {Verdict} */
export function judge(autopsy) {
  const { death, marks, told, left, shown, kept, later, posts, charges } = autopsy;
  const isDone = (/** @type {string} */ name) =>
    marks.includes(`${name}.kept`) || (death.keeping !== 'indexedStore' && marks.includes(`${name}.called`));
  const holds = isDurable(death);
  const hasJob = left.records.some(record => record.hasJob);
  const isThere = left.items.length > 0;
  const end = endOf(autopsy);
  const due = hasJob || isThere ? 'item' : left.records.length > 0 ? 'interrupted' : holds ? 'nothing' : end;
  const completions = [...told, ...shown.told].filter(one => one === 'completed').length;

  /** @type {readonly (readonly [isWrong: boolean, text: string])[]} */
  const rules = [
    [posts > 1, `${posts} POSTs`],
    [charges > 1, `charged ${charges} times`],
    [end !== due && !(end === 'lost' && !holds), `ends with ${end}, where ${due} was due`],
    [holds && posts > 0 && left.records.length === 0 && !isThere, 'was submitted, and is not on record'],
    [holds && isDone('job') && !hasJob && !isThere, 'its job was on record, and is not any more'],
    [holds && isDone('items') && !isThere, 'its item was stored, and is not there'],
    [holds && completions > 1, `told ${completions} times that it is complete`],
    [new Set(kept.items).size < kept.items.length, `stored twice: ${kept.items.join(', ')}`],
    [`${shown.items}` !== `${kept.items}`, `shows ${shown.items.length} items, of ${kept.items.length} stored`],
    [kept.records.length > 0, `${kept.records.length} records are left over`],
    [!shown.isSettled, 'something still runs'],
    [shown.storageError !== undefined, `says that it is in storageError: ${shown.storageError}`],
    [later.told.length > 0, `tells again, of ${later.told.join(', ')}`],
    [`${later.items}` !== `${kept.items}`, `shows ${later.items.length} items the next time`],
  ];
  return { end, complaints: rules.flatMap(([isWrong, text]) => (isWrong ? [text] : [])) };
}
