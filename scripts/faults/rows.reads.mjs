import { always, during, first, mindTokens, neverAnswer, only, say, sayHtml, sayJson } from './acts.mjs';
import { gaps, ofKind } from './judge.mjs';
import { lateHeaders } from './relays.mjs';
import { s } from './scale.mjs';

/**
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./fault.types.js').Seen} Seen
 */

const unstreamed = always(sayJson(404, {}));
const byReads = 10;

/** @param {string} name @param {import('./fault.types.js').Choice} read @param {Partial<FaultRow>} [more] @returns {FaultRow} */
const row = (name, read, more) => ({
  name,
  plan: { events: unstreamed, read },
  outcome: 'completed',
  requests: byReads,
  ...more,
});

/** @param {number} least @param {number} [most] @returns {(seen: Seen) => string | undefined} */
const waits =
  (least, most = 5_000) =>
  seen => {
    const [gapMs = 0] = gaps(seen, 'read');
    if (gapMs < least) return `read again after ${gapMs} ms, and not ${least}`;
    return gapMs > most ? `read again after ${gapMs} ms only` : undefined;
  };

const oldDate = 'Sun, 06 Nov 1994 08:49:37 GMT';
/** A second after it, in the three forms of HTTP. */
const dates = ['Sun, 06 Nov 1994 08:49:38 GMT', 'Sunday, 06-Nov-94 08:49:38 GMT', 'Sun Nov  6 08:49:38 1994'];

/** @param {string} value @param {number} [status] */
const retryAfter = (value, status = 429) =>
  first(1, sayJson(status, { error: 'later' }, { 'retry-after': value, date: oldDate }));

/** What a read may be answered, and how long the next one waits. @type {readonly FaultRow[]} */
export const readRows = [
  row('a read is answered with 429 and Retry-After: 1', retryAfter('1'), { requests: 4, complaint: waits(990) }),
  row('a read is answered with 503 and Retry-After: 1', retryAfter('1', 503), { requests: 4, complaint: waits(990) }),
  ...dates.map(date =>
    row(`Retry-After is the date ${date}, by a clock of 1994`, retryAfter(date), {
      requests: 4,
      complaint: waits(990),
    }),
  ),
  ...['-30', '30.5', '0x1e', '30 bananas', 'soon', '', 'Sun, 32 Foo 1994 99:99:99 GMT'].map(value =>
    row(`Retry-After is ${value ? `"${value}"` : 'empty'}`, retryAfter(value), { complaint: waits(s(0.8)) }),
  ),
  row('Retry-After is 0', retryAfter('0'), { complaint: waits(s(0.8)) }),
  row('Retry-After is a day: the deadline asks once more', retryAfter('86400'), {
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
  row('two reads time out', first(2, neverAnswer), {
    requests: 6,
    complaint: seen =>
      ofKind(seen, 'read')
        .slice(0, 2)
        .some(({ closedBy }) => closedBy !== 'client') && 'a read was not aborted',
  }),
  row('a read is answered with nothing and 200', first(2, say(200))),
  row('a read is answered with null', first(2, sayJson(200, null))),
  row(
    'a read is answered with another file',
    first(2, sayJson(200, { id: 'another', url: 'https://forged.example/1.png' })),
    {
      complaint: ({ ends }) =>
        ends.some(({ urls }) => urls?.some(url => url.includes('forged'))) && 'believed another file',
    },
  ),
  row('a read is answered with 204', first(2, say(204))),
  ...[408, 425, 500, 502, 503, 504, 520, 599].map(status =>
    row(`three reads are answered with ${status}`, first(3, sayHtml(status))),
  ),
  row(
    'a read moves for ever',
    ({ index }) =>
      index < 30 ? async exchange => say(302, '', { location: `${exchange.request.url}` })(exchange) : undefined,
    { requests: 80 },
  ),

  row('a token has expired, and the next one is good', mindTokens, {
    token: 'renewed',
    requests: byReads + 1,
    complaint: seen =>
      ofKind(seen, 'read').filter(({ status }) => status === 401).length !== 1 && 'was not renewed once',
  }),
  {
    name: 'the tokens of three generations have expired, and are renewed once for all',
    plan: { read: mindTokens, events: mindTokens },
    generations: 3,
    token: 'renewed',
    outcome: 'completed',
    requests: 3 * 6,
    complaint: seen => {
      const repeated = seen.requests.filter(({ status }) => status === 401).length;
      const renewals = seen.asked - (seen.requests.length - repeated);
      return renewals !== 1 && `${renewals} renewals for ${repeated} refusals`;
    },
  },
  row('every token is refused', mindTokens, { token: 'stale', outcome: 'unauthorized', requests: 4 }),

  {
    name: 'a read of before the result is answered after it',
    plan: { read: always(lateHeaders(s(25))) },
    outcome: 'completed',
    requests: 3,
    complaint: seen => ofKind(seen, 'read')[0]?.closedBy !== 'client' && 'the read was not aborted',
  },
];

/** What the design says of trouble, one sentence after the other. @type {readonly FaultRow[]} */
export const troubleRows = [
  .../** @type {const} */ ([
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [400, 'bad-input'],
    [402, 'payment-required'],
    [418, 'bad-input'],
    [422, 'bad-input'],
  ]).map(([status, outcome]) =>
    row(`every read is answered with ${status}, and there is no stream`, always(sayJson(status, {})), {
      outcome,
      requests: 4,
    }),
  ),
  ...[401, 400].map(status => ({
    name: `every read but the first is answered with ${status}, and the stream shows the job`,
    plan: {
      read: (/** @type {import('./fault.types.js').Exchange} */ { index }) =>
        index > 0 ? sayJson(status, {}) : undefined,
    },
    faults: { renderMs: s(60) },
    outcome: /** @type {const} */ ('completed'),
    requests: 12,
  })),
  row('every read is answered with 500, and there is no stream', always(sayHtml(500)), {
    faults: { renderMs: s(400) },
    outcome: 'unreachable',
    requests: 25,
  }),
  row('every read is answered with a page and 200, and there is no stream', always(sayHtml(200)), {
    faults: { renderMs: s(400) },
    outcome: 'unreachable',
    requests: 25,
  }),
  row('every read times out, and there is no stream', always(neverAnswer), {
    faults: { renderMs: s(400) },
    outcome: 'unreachable',
    requests: 9,
  }),
  {
    name: 'every read is answered with 500, and the stream only pings',
    plan: { read: always(sayHtml(500)) },
    faults: { renderMs: s(400), silentStream: true, pingMs: s(15) },
    outcome: 'unreachable',
    requests: 14,
    shows: ['streaming'],
  },
  {
    name: 'every read is answered with 500, and the stream shows the job for longer than an outage',
    plan: { read: always(sayHtml(500)) },
    faults: { renderMs: s(150) },
    outcome: 'completed',
    requests: 16,
  },
  row('reads fail for 100 s, and there is no stream', during(s(100), sayHtml(502)), { requests: 22 }),
  row('the file is not found until the deadline', always(sayJson(404, {})), {
    faults: { renderMs: s(100) },
    outcome: 'deadline',
    requests: 14,
    policy: { deadlineMs: s(60) },
  }),
  row('a file that was seen is missing once', only(1, sayJson(404, {})), { faults: { renderMs: s(20) }, requests: 14 }),
  row(
    'a file that was seen is missing twice, but not in a row',
    ({ index }) => (index === 1 || index === 3 ? sayJson(404, {}) : undefined),
    { faults: { renderMs: s(20) }, requests: 14 },
  ),
  row('a file that was seen is missing twice in a row', ({ index }) => (index > 0 ? sayJson(404, {}) : undefined), {
    faults: { renderMs: s(60) },
    outcome: 'not-found',
    requests: 5,
  }),
  row('a file that was seen is gone with 410', ({ index }) => (index > 0 ? sayJson(410, {}) : undefined), {
    faults: { renderMs: s(60) },
    outcome: 'not-found',
    requests: 5,
  }),
  row('the job does not end before the deadline', () => undefined, {
    faults: { renderMs: s(400) },
    policy: { deadlineMs: s(60) },
    outcome: 'deadline',
    requests: 14,
    complaint: ({ ends }) => ends.some(({ resumable }) => !resumable) && 'cannot be followed again',
  }),
  row('the job ends before its deadline, and the one last read finds it', first(1, neverAnswer), {
    policy: { deadlineMs: s(30), requestTimeoutMs: s(29) },
    requests: 4,
  }),
];

/** What happens to the page. @type {readonly FaultRow[]} */
export const tabRows = [
  {
    name: 'the page sleeps while the job ends, and wakes',
    tab: [
      { afterMs: s(4), fact: 'asleep' },
      { afterMs: s(25), fact: 'woke' },
    ],
    outcome: 'completed',
    requests: 6,
  },
  {
    name: 'the page sleeps past the deadline, and wakes',
    policy: { deadlineMs: s(20) },
    tab: [
      { afterMs: s(4), fact: 'asleep' },
      { afterMs: s(30), fact: 'woke' },
    ],
    outcome: 'completed',
    requests: 6,
  },
  {
    name: 'the network is away for 20 s, and comes back',
    plan: { connection: () => undefined, downMs: s(20) },
    tab: [
      { afterMs: s(1), fact: 'offline' },
      { afterMs: s(22), fact: 'online' },
    ],
    outcome: 'completed',
    requests: 10,
  },
  {
    name: 'the page starts while it believes to be offline',
    tab: [{ afterMs: 0, fact: 'offline' }],
    outcome: 'completed',
    requests: 4,
  },
];
