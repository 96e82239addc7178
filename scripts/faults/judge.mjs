/**
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./fault.types.js').Seen} Seen
 */

/** A request that was on its way when the outcome came may arrive so much later. */
const graceMs = 150;

/** How often a result was delivered. @param {Seen} seen */
export const deliveries = ({ ends }) => ends.filter(({ type }) => type === 'completed').length;

/** What is wrong with what was seen: nothing, where all is right. @param {FaultRow} row @param {Seen} seen */
export function judge(row, seen) {
  const { outcome, generations = 1, shows = [], requests: bound, complaint } = row;
  const { ends, requests, finalStatuses, statuses, endedAt, openAfter } = seen;
  const ended = outcome === 'completed' ? 'completed' : 'failed';
  const submits = requests.filter(({ kind }) => kind === 'submit').length;
  const late = requests.filter(({ startedAt }) => startedAt > endedAt + graceMs);

  /** @type {readonly (readonly [boolean, string])[]} */
  const rules = [
    [ends.length === generations, `${ends.length} outcomes of ${generations} generations`],
    [new Set(ends.map(({ id }) => id)).size === ends.length, 'one generation ended twice'],
    [
      ends.every(({ type, code }) => (code ?? type) === outcome),
      `ended as ${[...new Set(ends.map(({ type, code }) => code ?? type))]}, not as ${outcome}`,
    ],
    [finalStatuses.every(status => status === ended), `shows ${finalStatuses} at the end`],
    [!seen.hasProgressFallen, 'its progress fell'],
    [submits === generations, `${submits} submits for ${generations} generations`],
    [requests.length <= bound, `${requests.length} requests, more than ${bound}`],
    [late.length === 0, `${late.length} requests after the outcome`],
    [openAfter === 0, `${openAfter} connections open after the outcome`],
    ...shows.map(status => /** @type {const} */ ([statuses.includes(status), `never showed ${status}`])),
  ];
  const own = complaint?.(seen);
  return [...rules.filter(([holds]) => !holds).map(([, what]) => what), ...(own ? [own] : [])];
}

/** @param {Seen} seen @param {import('./fault.types.js').ExchangeKind} kind */
export const ofKind = ({ requests }, kind) => requests.filter(request => request.kind === kind);

/** Times between the beginnings of two requests of a kind, in ms. @param {Seen} seen @param {import('./fault.types.js').ExchangeKind} kind */
export const gaps = (seen, kind) =>
  ofKind(seen, kind)
    .slice(1)
    .map(({ startedAt }, index) => startedAt - (ofKind(seen, kind)[index]?.startedAt ?? 0));
