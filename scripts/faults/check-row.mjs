/**
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./fault.types.js').Observations} Observations
 */

/** A request that was sent before the outcome may arrive this much later. */
const graceMs = 150;

/** How often a result was delivered. @param {Observations} observed */
export const deliveries = ({ outcomes }) => outcomes.filter(({ type }) => type === 'completed').length;

/** One line for each broken rule. @param {FaultRow} row @param {Observations} observed */
export function checkRow(row, observed) {
  const { outcome, generations = 1, shows = [], requests: bound, problem } = row;
  const { outcomes, requests, finalStatuses, statuses, endedAt, openAfter } = observed;
  const ended = outcome === 'completed' ? 'completed' : 'failed';
  const submits = requests.filter(({ kind }) => kind === 'submit').length;
  const late = requests.filter(({ startedAt }) => startedAt > endedAt + graceMs);

  /** @type {readonly (readonly [boolean, string])[]} */
  const rules = [
    [outcomes.length === generations, `${outcomes.length} outcomes of ${generations} generations`],
    [new Set(outcomes.map(({ id }) => id)).size === outcomes.length, 'one generation ended twice'],
    [
      outcomes.every(({ type, code }) => (code ?? type) === outcome),
      `ended as ${[...new Set(outcomes.map(({ type, code }) => code ?? type))]}, not as ${outcome}`,
    ],
    [finalStatuses.every(status => status === ended), `shows ${finalStatuses} at the end`],
    [!observed.hasProgressFallen, 'progress fell'],
    [submits === generations, `${submits} submits for ${generations} generations`],
    [requests.length <= bound, `${requests.length} requests, more than ${bound}`],
    [late.length === 0, `${late.length} requests after the outcome`],
    [openAfter === 0, `${openAfter} connections open after the outcome`],
    ...shows.map(status => /** @type {const} */ ([statuses.includes(status), `never showed ${status}`])),
  ];
  const own = problem?.(observed);
  return [...rules.filter(([isMet]) => !isMet).map(([, broken]) => broken), ...(own ? [own] : [])];
}

/** @param {Observations} observed @param {import('./fault.types.js').ExchangeKind} kind */
export const ofKind = ({ requests }, kind) => requests.filter(request => request.kind === kind);

/** The times between the starts of consecutive requests of a kind, in ms. @param {Observations} observed @param {import('./fault.types.js').ExchangeKind} kind */
export const gaps = (observed, kind) =>
  ofKind(observed, kind)
    .slice(1)
    .map(({ startedAt }, index) => startedAt - (ofKind(observed, kind)[index]?.startedAt ?? 0));
