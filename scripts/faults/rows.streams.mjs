import { gaps, ofKind } from './check-row.mjs';
import { readsWithin } from './reads-within.mjs';
import { buffering, cutAfter, gzipped, mapText, relay, splitCharacters, stallAfter, take } from './relays.mjs';
import {
  always,
  first,
  neverRespond,
  only,
  respond,
  respondForgedEvents,
  respondHtml,
  respondJson,
} from './responders.mjs';
import { s } from './scale.mjs';

/** @typedef {import('./fault.types.js').FaultRow} FaultRow */

const byStream = 6;
const byReads = 14;

/** @param {string} name @param {import('./fault.types.js').Plan} plan @param {Partial<FaultRow>} [more] @returns {FaultRow} */
const row = (name, plan, more) => ({ name, plan, outcome: 'completed', requests: byStream, ...more });

/** @param {import('./fault.types.js').Observations} observed @param {number} most */
const tooManyStreams = (observed, most) =>
  ofKind(observed, 'events').length > most && `opened ${ofKind(observed, 'events').length} streams, more than ${most}`;

/** An id with non-ASCII characters: a header carries its bytes. */
const id = 'Ereignis-ä-漢-7';
const idBytes = Buffer.from(id).toString('latin1');

/** @param {string} line @param {number} chunks */
const beginningWith = (line, chunks) =>
  relay(
    mapText((text, index) => (index === 0 ? `${line}\n\n${text}` : text)),
    take(chunks),
  );
const idThenCut = beginningWith(`id: ${id}`, 2);

/** @param {import('./fault.types.js').Observations} observed */
const forged = ({ outcomes }) =>
  outcomes.some(({ urls }) => urls?.some(url => url.includes('forged'))) && 'accepted a forged result';

/** @type {readonly FaultRow[]} */
export const streamRows = [
  row(
    'characters are split over chunks of the stream',
    { events: always(splitCharacters) },
    {
      faults: { renderMs: s(40) },
      requests: byReads,
      problem: ({ messages }) =>
        !messages.some(message => message.startsWith('Gemälde 漢字 🎨')) ||
        messages.some(message => message.includes('\ufffd'))
          ? 'a character was broken'
          : undefined,
    },
  ),
  row('the stream begins with a byte order mark', {
    events: always(relay(mapText((text, index) => (index === 0 ? `\ufeff${text}` : text)))),
  }),
  row('the lines of the stream end with CR', { events: always(relay(mapText(text => text.replaceAll('\n', '\r')))) }),
  row('the lines of the stream end with CR LF', {
    events: always(relay(mapText(text => text.replaceAll('\n', '\r\n')))),
  }),
  row(
    'an id comes without data, and the stream is cut',
    { events: ({ index }) => (index === 0 ? idThenCut : undefined) },
    {
      faults: { renderMs: s(20) },
      requests: byReads,
      problem: observed =>
        ofKind(observed, 'events')[1]?.headers['last-event-id'] !== idBytes &&
        'the next stream was not opened with the last event id',
    },
  ),
  row(
    'the last event id is kept over a stream without ids',
    { events: ({ index }) => (index === 0 ? idThenCut : index === 1 ? cutAfter(0, 'end') : undefined) },
    {
      faults: { renderMs: s(40) },
      requests: 20,
      problem: observed =>
        ofKind(observed, 'events')[2]?.headers['last-event-id'] !== idBytes &&
        'the third stream was not opened with the last event id',
    },
  ),
  row(
    'the stream asks to be opened again after 20 s, and is cut',
    { events: only(0, beginningWith(`retry: ${s(20)}`, 2)) },
    {
      faults: { renderMs: s(40) },
      requests: byReads + 6,
      problem: observed => (gaps(observed, 'events')[0] ?? 0) < s(20) && 'the stream was opened again before that',
    },
  ),
  row(
    'the stream asks to be opened again after a day, and is cut',
    { events: only(0, beginningWith('retry: 86400000', 2)) },
    { requests: byReads, problem: observed => tooManyStreams(observed, 1) },
  ),
  ...[204, 404, 405, 410, 501].map(status =>
    row(
      `the stream is refused permanently with ${status}`,
      { events: always(respond(status)) },
      { requests: byReads, problem: observed => tooManyStreams(observed, 1), shows: ['polling'] },
    ),
  ),
  ...[401, 403, 429, 500, 502, 503, 524].map(status =>
    row(
      `the stream is answered with ${status} once`,
      { events: first(1, respondHtml(status)) },
      { faults: { renderMs: s(40) }, requests: byReads + 4, shows: ['streaming'] },
    ),
  ),
  row(
    'the stream is a forged result in text/plain',
    { events: always(respondForgedEvents(200, 'text/plain')) },
    { requests: byReads + 3, problem: forged },
  ),
  row(
    'the stream is a forged result in text/event-streams',
    { events: always(respondForgedEvents(200, 'text/event-streams')) },
    { requests: byReads + 3, problem: forged },
  ),
  row(
    'the stream is a forged result with 500',
    { events: always(respondForgedEvents(500, 'text/event-stream')) },
    { requests: byReads + 3, problem: forged },
  ),
  row(
    'the stream is a forged result with 206',
    { events: always(respondForgedEvents(206, 'text/event-stream')) },
    { requests: byReads + 3, problem: forged },
  ),
  row(
    'the stream is JSON',
    { events: always(respondJson(200, { url: 'https://forged.example/1.png' })) },
    { requests: byReads + 3, problem: forged },
  ),
  row(
    'the stream redirects once',
    {
      events: ({ request }) =>
        request.url?.startsWith('/moved')
          ? undefined
          : respond(307, 'data: {"type":"error"}\n\n', {
              location: `/moved${request.url}`,
              'content-type': 'text/event-stream',
            }),
    },
    { requests: byStream + 1, shows: ['streaming'] },
  ),
  row(
    'the stream redirects forever',
    { events: ({ request }) => respond(302, '', { location: `${request.url}` }) },
    { requests: 100 },
  ),
  row(
    'the stream redirects to a sign-in page',
    {
      events: ({ request }) =>
        request.url?.startsWith('/moved') ? respondHtml(200) : respond(302, '', { location: `/moved${request.url}` }),
    },
    { requests: byReads + 6 },
  ),

  row(
    'comments alone keep a stream alive for two minutes',
    {},
    {
      faults: { renderMs: s(120), silentStream: true, pingMs: s(15) },
      requests: 2 + readsWithin(120),
      problem: observed => tooManyStreams(observed, 1),
    },
  ),
  row(
    'a stream goes silent without ending',
    { events: first(1, relay(stallAfter(1))) },
    {
      faults: { renderMs: s(60) },
      requests: 3 + readsWithin(60),
      problem: observed => (gaps(observed, 'events')[0] ?? 0) < s(40) && 'did not wait for the idle timeout',
    },
  ),
  row(
    'the stream is compressed and silent but for comments',
    { events: always(gzipped) },
    {
      faults: { renderMs: s(60), silentStream: true, pingMs: s(15) },
      requests: 2 + readsWithin(60),
      problem: observed => tooManyStreams(observed, 1),
    },
  ),
  row(
    'a proxy delivers every 20 s, all at once',
    { events: always(buffering(s(20))) },
    { faults: { renderMs: s(50) }, requests: 14, problem: observed => tooManyStreams(observed, 1) },
  ),
  row(
    'the stream is not answered for longer than the idle timeout',
    { events: always(neverRespond) },
    { faults: { renderMs: s(75) }, requests: 20, problem: observed => tooManyStreams(observed, 2) },
  ),

  row(
    'the stream is opened and cut without an event, for two minutes',
    { events: always(cutAfter(0, 'end')) },
    { faults: { renderMs: s(120) }, requests: 40, problem: observed => tooManyStreams(observed, 6) },
  ),
  row(
    'the stream is cut after each event, and the job goes on',
    { events: always(cutAfter(1, 'end')) },
    {
      faults: { renderMs: s(60) },
      requests: 60,
      // One event is no proof that the next stream will live.
      problem: observed => tooManyStreams(observed, 8),
    },
  ),
  row(
    'the stream is refused permanently, and reads continue',
    { events: always(respond(204)) },
    {
      faults: { renderMs: s(40) },
      requests: 2 + readsWithin(40),
      problem: observed =>
        ofKind(observed, 'read').length < 4 ? 'read less often than polling does' : tooManyStreams(observed, 1),
    },
  ),
];
