import { ofKind } from './check-row.mjs';
import { readsWithin } from './reads-within.mjs';
import { buffering, byteByByte, cutAfter, gzipped, lateHeaders } from './relays.mjs';
import {
  always,
  during,
  endlessEvent,
  first,
  halfHeader,
  halfJson,
  loseResponse,
  neverRespond,
  resetConnection,
  respond,
  respondGarbage,
  respondHtml,
  respondJson,
} from './responders.mjs';
import { s } from './scale.mjs';

/** @typedef {import('./fault.types.js').FaultRow} FaultRow */

/** Without a stream only the reads follow the job. */
const unstreamed = always(respondJson(404, {}));
const byStream = 6;
const byReads = 14;

/** @param {string} name @param {import('./fault.types.js').Plan} plan @param {Partial<FaultRow>} [more] @returns {FaultRow} */
const row = (name, plan, more) => ({ name, plan, outcome: 'completed', requests: byReads, ...more });

/** What no HTTP library sends. @type {readonly FaultRow[]} */
export const tcpRows = [
  row(
    'every stream is reset in the middle of a chunk',
    { events: always(cutAfter(2, 'reset in a chunk')) },
    { requests: 30 },
  ),
  row(
    'every stream is closed in the middle of a chunk',
    { events: always(cutAfter(2, 'close in a chunk')) },
    { requests: 30 },
  ),
  row('the first stream is reset before its first event', { events: first(1, cutAfter(0, 'reset')) }),
  row('the stream is answered with half a header, then nothing', { events: always(halfHeader('hang')) }),
  row(
    'the stream is answered with half a header, then a reset',
    { events: always(halfHeader('reset')) },
    { requests: byReads + 3 },
  ),
  row('the stream is never answered', { events: always(neverRespond) }),
  row('the stream is reset at once, each time', { events: always(resetConnection) }, { requests: byReads + 3 }),
  row('the response to the stream is not HTTP', { events: always(respondGarbage) }, { requests: byReads + 3 }),
  row('the stream comes byte by byte', { events: always(byteByByte) }, { requests: byStream }),
  row('the stream is compressed', { events: always(gzipped) }, { requests: byStream }),
  row(
    'a proxy holds the stream back for 8 s, then delivers all at once',
    { events: always(buffering(s(8))) },
    { requests: byStream + 1 },
  ),
  row(
    'a proxy holds the stream back for 30 s, then delivers all at once',
    { events: always(buffering(s(30))) },
    { requests: byReads },
  ),
  row(
    'the headers of the stream are 15 s late',
    { events: always(lateHeaders(s(15))) },
    { faults: { renderMs: s(25) }, shows: ['connecting', 'polling', 'streaming'] },
  ),

  row(
    'the first read is answered with half a header, then nothing',
    { events: unstreamed, read: first(1, halfHeader('hang')) },
    {
      problem: observed =>
        ofKind(observed, 'read')[0]?.closedBy !== 'client' && 'the read was not aborted after its timeout',
    },
  ),
  row('the first two reads are answered with half a header, then a reset', {
    events: unstreamed,
    read: first(2, halfHeader('reset')),
  }),
  row('the first two reads are answered with half of the JSON in a complete response', {
    events: unstreamed,
    read: first(2, halfJson('whole')),
  }),
  row('the first two reads are cut after half of the JSON', { events: unstreamed, read: first(2, halfJson('cut')) }),
  row('the first two reads are reset after half of the JSON', {
    events: unstreamed,
    read: first(2, halfJson('reset')),
  }),
  row(
    'the first read stalls after half of the JSON',
    { events: unstreamed, read: first(1, halfJson('hang')) },
    {
      problem: observed =>
        ofKind(observed, 'read')[0]?.closedBy !== 'client' && 'the read was not aborted after its timeout',
    },
  ),
  row('the responses to the first two reads are not HTTP', { events: unstreamed, read: first(2, respondGarbage) }),
  row('reads come byte by byte', { events: unstreamed, read: always(byteByByte) }),
  row('reads are compressed', { events: unstreamed, read: always(gzipped) }),

  row('the submit is answered byte by byte', { submit: always(byteByByte) }, { requests: byStream }),
  row(
    'the submit is never answered',
    { submit: always(neverRespond) },
    { outcome: 'interrupted', requests: 1, policy: { submitTimeoutMs: s(20) } },
  ),
  row(
    'the submit is answered with half a header, then nothing',
    { submit: always(halfHeader('hang')) },
    { outcome: 'interrupted', requests: 1, policy: { submitTimeoutMs: s(20) } },
  ),
  row(
    'the response to the submit is lost in a reset',
    { submit: always(loseResponse) },
    { outcome: 'network', requests: 1 },
  ),
  row(
    'the response to the submit is cut after half of its JSON',
    { submit: always(halfJson('cut')) },
    { outcome: 'network', requests: 1 },
  ),
  row(
    'the response to the submit is half of its JSON',
    { submit: always(halfJson('whole')) },
    { outcome: 'invalid-response', requests: 1 },
  ),

  row(
    'the next three connections are accepted and never answered',
    { connection: index => (index < 3 ? 'hang' : undefined) },
    { faults: { renderMs: s(20) }, requests: byReads },
  ),
  row('the next three connections are reset as they are accepted', {
    connection: index => (index < 3 ? 'reset' : undefined),
  }),
  row('the server is down for 15 s', { downMs: s(15) }, { faults: { renderMs: s(20) }, requests: 14 }),
  row(
    'for 15 s every response is a 502 page',
    { read: during(s(15), respondHtml(502)), events: during(s(15), respondHtml(502)) },
    { faults: { renderMs: s(20) }, requests: 2 + readsWithin(20) },
  ),
  row(
    'for 15 s every response is an empty 503',
    { read: during(s(15), respond(503)), events: during(s(15), respond(503)) },
    { faults: { renderMs: s(20) }, requests: 2 + readsWithin(20) },
  ),
  row('the server never comes back', { downMs: s(160) }, { outcome: 'unreachable', requests: 4 }),
  row(
    'an event of the stream never ends',
    { events: always(endlessEvent) },
    {
      requests: byReads + 3,
      problem: observed => {
        if (observed.mostBytesBeforeRead === undefined) return 'read no stream';
        if (observed.mostBytesBeforeRead > 1_048_576 + 'data: '.length) return 'read on after 1 MiB of one event';
        return ofKind(observed, 'events').some(({ closedBy }) => closedBy !== 'client') && 'did not close the stream';
      },
    },
  ),
];
