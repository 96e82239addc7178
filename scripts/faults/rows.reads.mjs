import { gaps, ofKind } from './check-row.mjs';
import { readsWithin } from './reads-within.mjs';
import { lateHeaders } from './relays.mjs';
import {
  always,
  checkTokens,
  during,
  first,
  neverRespond,
  only,
  respond,
  respondHtml,
  respondJson,
} from './responders.mjs';
import { s } from './scale.mjs';

/**
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./fault.types.js').Observations} Observations
 */

const unstreamed = always(respondJson(404, {}));
const byReads = 14;

/** @param {string} name @param {import('./fault.types.js').ChooseResponder} read @param {Partial<FaultRow>} [more] @returns {FaultRow} */
const row = (name, read, more) => ({
  name,
  plan: { events: unstreamed, read },
  outcome: 'completed',
  requests: byReads,
  ...more,
});

/** @param {number} least @param {number} [most] @returns {(observed: Observations) => string | undefined} */
const waits =
  (least, most = 5_000) =>
  observed => {
    const [gapMs = 0] = gaps(observed, 'read');
    if (gapMs < least) return `read again after ${gapMs} ms, expected at least ${least}`;
    return gapMs > most ? `read again after ${gapMs} ms, expected at most ${most}` : undefined;
  };

const oldDate = 'Sun, 06 Nov 1994 08:49:37 GMT';
/** One second later, in the three date formats of HTTP. */
const dates = ['Sun, 06 Nov 1994 08:49:38 GMT', 'Sunday, 06-Nov-94 08:49:38 GMT', 'Sun Nov  6 08:49:38 1994'];

/** @param {string} value @param {number} [status] */
const retryAfter = (value, status = 429) =>
  first(1, respondJson(status, { error: 'later' }, { 'retry-after': value, date: oldDate }));

/** Responses to reads, and how long the next read waits. @type {readonly FaultRow[]} */
export const readRows = [
  row('a read is answered with 429 and Retry-After: 1', retryAfter('1'), { requests: 4, problem: waits(990) }),
  row('a read is answered with 503 and Retry-After: 1', retryAfter('1', 503), { requests: 4, problem: waits(990) }),
  ...dates.map(date =>
    row(`Retry-After is the date ${date}, by a clock of 1994`, retryAfter(date), {
      requests: 4,
      problem: waits(990),
    }),
  ),
  ...['-30', '30.5', '0x1e', '30 bananas', 'soon', '', 'Sun, 32 Foo 1994 99:99:99 GMT'].map(value =>
    row(`Retry-After is ${value ? `"${value}"` : 'empty'}`, retryAfter(value), { problem: waits(s(0.8)) }),
  ),
  row('Retry-After is 0', retryAfter('0'), { problem: waits(s(0.8)) }),
  row('Retry-After is a day: the deadline reads once more', retryAfter('86400'), {
    requests: 4,
    policy: { deadlineMs: s(60) },
    shows: ['polling'],
  }),
  {
    name: 'Retry-After is a day, and the stream goes on',
    plan: { read: retryAfter('86400') },
    outcome: 'completed',
    requests: 3,
    shows: ['streaming'],
  },
  row('two reads time out', first(2, neverRespond), {
    requests: 6,
    problem: observed =>
      ofKind(observed, 'read')
        .slice(0, 2)
        .some(({ closedBy }) => closedBy !== 'client') && 'a read was not aborted',
  }),
  row('a read is answered with nothing and 200', first(2, respond(200))),
  row('a read is answered with null', first(2, respondJson(200, null))),
  row(
    'a read is answered with another file',
    first(2, respondJson(200, { id: 'another', url: 'https://forged.example/1.png' })),
    {
      problem: ({ outcomes }) =>
        outcomes.some(({ urls }) => urls?.some(url => url.includes('forged'))) && 'accepted the result of another file',
    },
  ),
  row('a read is answered with 204', first(2, respond(204))),
  ...[408, 425, 500, 502, 503, 504, 520, 599].map(status =>
    row(`three reads are answered with ${status}`, first(3, respondHtml(status))),
  ),
  row(
    'a read redirects forever',
    ({ index }) =>
      index < 30 ? async exchange => respond(302, '', { location: `${exchange.request.url}` })(exchange) : undefined,
    { requests: 80 },
  ),

  row('a token has expired, and the next one is good', checkTokens, {
    token: 'renewed',
    requests: byReads + 1,
    problem: observed =>
      ofKind(observed, 'read').filter(({ status }) => status === 401).length !== 1 &&
      'the token was not renewed exactly once',
  }),
  {
    name: 'the tokens of three generations have expired, and are renewed once',
    plan: { read: checkTokens, events: checkTokens },
    generations: 3,
    token: 'renewed',
    outcome: 'completed',
    requests: 3 * 6,
    problem: observed => {
      const repeated = observed.requests.filter(({ status }) => status === 401).length;
      const renewals = observed.headersCalls - (observed.requests.length - repeated);
      return renewals !== 1 && `${renewals} renewals for ${repeated} refusals`;
    },
  },
  row('every token is refused', checkTokens, { token: 'stale', outcome: 'unauthorized', requests: 4 }),

  {
    name: 'a read is answered after the result',
    plan: { read: always(lateHeaders(s(25))) },
    outcome: 'completed',
    // The slow one is given up, and a second one is tried.
    requests: 5,
    problem: observed => ofKind(observed, 'read')[0]?.closedBy !== 'client' && 'the read was not aborted',
  },
];

/** @type {readonly FaultRow[]} */
export const errorRows = [
  .../** @type {const} */ ([
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [400, 'bad-input'],
    [402, 'payment-required'],
    [418, 'bad-input'],
    [422, 'bad-input'],
  ]).map(([status, outcome]) =>
    row(`every read is answered with ${status}, and there is no stream`, always(respondJson(status, {})), {
      outcome,
      requests: 4,
    }),
  ),
  ...[401, 400].map(status => ({
    name: `reads are answered with ${status} after 20 s, and the stream shows the job`,
    plan: {
      read: (/** @type {import('./fault.types.js').Exchange} */ { sinceSubmitMs }) =>
        sinceSubmitMs > s(20) ? respondJson(status, {}) : undefined,
    },
    faults: { renderMs: s(60) },
    outcome: /** @type {const} */ ('completed'),
    requests: 2 + readsWithin(20) + 60 / 15,
  })),
  row('every read is answered with 500, and there is no stream', always(respondHtml(500)), {
    faults: { renderMs: s(400) },
    outcome: 'unreachable',
    requests: 2 + readsWithin(120),
  }),
  row('every read is answered with a page and 200, and there is no stream', always(respondHtml(200)), {
    faults: { renderMs: s(400) },
    outcome: 'unreachable',
    requests: 2 + readsWithin(120),
  }),
  row('every read times out, and there is no stream', always(neverRespond), {
    faults: { renderMs: s(400) },
    outcome: 'unreachable',
    requests: 9,
  }),
  {
    name: 'every read is answered with 500, and the stream only pings',
    plan: { read: always(respondHtml(500)) },
    faults: { renderMs: s(400), silentStream: true, pingMs: s(15) },
    outcome: 'unreachable',
    requests: 2 + readsWithin(120),
    shows: ['streaming'],
  },
  {
    name: 'every read is answered with 500, and the stream shows the job for longer than an outage',
    plan: { read: always(respondHtml(500)) },
    faults: { renderMs: s(150) },
    outcome: 'completed',
    requests: 2 + readsWithin(20) + 150 / 15,
  },
  row('reads fail for 100 s, and there is no stream', during(s(100), respondHtml(502)), {
    requests: 2 + readsWithin(120),
  }),
  row('the file is not found until the deadline', always(respondJson(404, {})), {
    faults: { renderMs: s(100) },
    outcome: 'deadline',
    requests: 2 + readsWithin(60),
    policy: { deadlineMs: s(60) },
  }),
  row('a file that was read before is missing once', only(1, respondJson(404, {})), {
    faults: { renderMs: s(20) },
    requests: 2 + readsWithin(20),
  }),
  row(
    'a file that was read before is missing twice, but not in a row',
    ({ index }) => (index === 1 || index === 3 ? respondJson(404, {}) : undefined),
    { faults: { renderMs: s(20) }, requests: 2 + readsWithin(20) },
  ),
  row(
    'a file that was read before is missing twice in a row',
    ({ index }) => (index > 0 ? respondJson(404, {}) : undefined),
    {
      faults: { renderMs: s(60) },
      outcome: 'not-found',
      requests: 5,
    },
  ),
  row(
    'a file that was read before is answered with 410',
    ({ index }) => (index > 0 ? respondJson(410, {}) : undefined),
    {
      faults: { renderMs: s(60) },
      outcome: 'expired',
      requests: 5,
    },
  ),
  row('the job does not end before the deadline', () => undefined, {
    faults: { renderMs: s(400) },
    policy: { deadlineMs: s(60) },
    outcome: 'deadline',
    requests: 2 + readsWithin(60),
    problem: ({ outcomes }) => outcomes.some(({ resumable }) => !resumable) && 'is not resumable',
  }),
  row('the job ends before its deadline, and the last read finds it', first(1, neverRespond), {
    policy: { deadlineMs: s(30), requestTimeoutMs: s(29) },
    requests: 2 + readsWithin(30),
  }),
];

/** Events of the page. @type {readonly FaultRow[]} */
export const tabRows = [
  {
    name: 'the page sleeps while the job ends, and wakes',
    tab: [
      { afterMs: s(4), event: 'asleep' },
      { afterMs: s(25), event: 'woke' },
    ],
    outcome: 'completed',
    requests: 6,
  },
  {
    name: 'the page sleeps past the deadline, and wakes',
    policy: { deadlineMs: s(20) },
    tab: [
      { afterMs: s(4), event: 'asleep' },
      { afterMs: s(30), event: 'woke' },
    ],
    outcome: 'completed',
    requests: 6,
  },
  {
    name: 'the network is down for 20 s',
    plan: { connection: () => undefined, downMs: s(20) },
    tab: [
      { afterMs: s(1), event: 'offline' },
      { afterMs: s(22), event: 'online' },
    ],
    outcome: 'completed',
    requests: 10,
  },
  {
    name: 'the page starts while it is offline',
    tab: [{ afterMs: 0, event: 'offline' }],
    outcome: 'completed',
    requests: 4,
  },
];
