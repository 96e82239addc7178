import { always, first, neverAnswer, only, say, sayForgedEvents, sayHtml, sayJson } from './acts.mjs';
import { gaps, ofKind } from './judge.mjs';
import { buffering, cutAfter, gzipped, relay, splitLetters, stalling, telling, upTo } from './relays.mjs';
import { s } from './scale.mjs';

/** @typedef {import('./fault.types.js').FaultRow} FaultRow */

const byStream = 5;
const byReads = 10;

/** @param {string} name @param {import('./fault.types.js').Plan} plan @param {Partial<FaultRow>} [more] @returns {FaultRow} */
const row = (name, plan, more) => ({ name, plan, outcome: 'completed', requests: byStream, ...more });

/** @param {import('./fault.types.js').Seen} seen @param {number} most */
const tooManyStreams = (seen, most) =>
  ofKind(seen, 'events').length > most && `opened ${ofKind(seen, 'events').length} streams, more than ${most}`;

/** An id with letters beyond ASCII: its bytes are what a header carries. */
const id = 'Ereignis-ä-漢-7';
const idBytes = Buffer.from(id).toString('latin1');

/** @param {string} line @param {number} chunks */
const beginningWith = (line, chunks) =>
  relay(
    telling((text, index) => (index === 0 ? `${line}\n\n${text}` : text)),
    upTo(chunks),
  );
const idThenCut = beginningWith(`id: ${id}`, 2);

/** @param {import('./fault.types.js').Seen} seen */
const forged = ({ ends }) =>
  ends.some(({ urls }) => urls?.some(url => url.includes('forged'))) && 'believed a forged result';

/** What a stream may be made of, when it is silent, and when it is opened again. @type {readonly FaultRow[]} */
export const streamRows = [
  row(
    'letters are split over the chunks of the stream',
    { events: always(splitLetters) },
    {
      faults: { renderMs: s(40) },
      requests: 8,
      complaint: ({ messages }) =>
        !messages.some(message => message.startsWith('Gemälde 漢字 🎨')) ||
        messages.some(message => message.includes('\ufffd'))
          ? 'a letter was broken'
          : undefined,
    },
  ),
  row('the stream begins with a byte order mark', {
    events: always(relay(telling((text, index) => (index === 0 ? `\ufeff${text}` : text)))),
  }),
  row('the lines of the stream end with CR', { events: always(relay(telling(text => text.replaceAll('\n', '\r')))) }),
  row('the lines of the stream end with CR LF', {
    events: always(relay(telling(text => text.replaceAll('\n', '\r\n')))),
  }),
  row(
    'an id stands in a block without data, and the stream is cut',
    { events: ({ index }) => (index === 0 ? idThenCut : undefined) },
    {
      faults: { renderMs: s(20) },
      requests: byReads,
      complaint: seen =>
        ofKind(seen, 'events')[1]?.headers['last-event-id'] !== idBytes &&
        'the next stream was not opened with the last event id',
    },
  ),
  row(
    'the last event id is kept over a stream without ids',
    { events: ({ index }) => (index === 0 ? idThenCut : index === 1 ? cutAfter(0, 'end') : undefined) },
    {
      faults: { renderMs: s(40) },
      requests: 20,
      complaint: seen =>
        ofKind(seen, 'events')[2]?.headers['last-event-id'] !== idBytes &&
        'the third stream was not opened with the last event id',
    },
  ),
  row(
    'the stream asks to be opened again after 20 s, and is cut',
    { events: only(0, beginningWith(`retry: ${s(20)}`, 2)) },
    {
      faults: { renderMs: s(40) },
      requests: byReads + 6,
      complaint: seen => (gaps(seen, 'events')[0] ?? 0) < s(20) && 'the stream was opened before that',
    },
  ),
  row(
    'the stream asks to be opened again after a day, and is cut',
    { events: only(0, beginningWith('retry: 86400000', 2)) },
    { requests: byReads, complaint: seen => tooManyStreams(seen, 1) },
  ),
  ...[204, 404, 405, 410, 501].map(status =>
    row(
      `the stream is refused for good with ${status}`,
      { events: always(say(status)) },
      { requests: byReads, complaint: seen => tooManyStreams(seen, 1), shows: ['polling'] },
    ),
  ),
  ...[401, 403, 429, 500, 502, 503, 524].map(status =>
    row(
      `the stream is answered with ${status} once`,
      { events: first(1, sayHtml(status)) },
      { faults: { renderMs: s(40) }, requests: byReads + 4, shows: ['streaming'] },
    ),
  ),
  row(
    'the stream is a success in text/plain',
    { events: always(sayForgedEvents(200, 'text/plain')) },
    { requests: byReads + 3, complaint: forged },
  ),
  row(
    'the stream is a success in text/event-streams',
    { events: always(sayForgedEvents(200, 'text/event-streams')) },
    { requests: byReads + 3, complaint: forged },
  ),
  row(
    'the stream is a success with 500',
    { events: always(sayForgedEvents(500, 'text/event-stream')) },
    { requests: byReads + 3, complaint: forged },
  ),
  row(
    'the stream is a success with 206',
    { events: always(sayForgedEvents(206, 'text/event-stream')) },
    { requests: byReads + 3, complaint: forged },
  ),
  row(
    'the stream is JSON',
    { events: always(sayJson(200, { url: 'https://forged.example/1.png' })) },
    { requests: byReads + 3, complaint: forged },
  ),
  row(
    'the stream has moved',
    {
      events: ({ request }) =>
        request.url?.startsWith('/moved')
          ? undefined
          : say(307, 'data: {"type":"error"}\n\n', {
              location: `/moved${request.url}`,
              'content-type': 'text/event-stream',
            }),
    },
    { requests: byStream + 1, shows: ['streaming'] },
  ),
  row(
    'the stream moves for ever',
    { events: ({ request }) => say(302, '', { location: `${request.url}` }) },
    { requests: 100 },
  ),
  row(
    'the stream has moved to a sign-in page',
    {
      events: ({ request }) =>
        request.url?.startsWith('/moved') ? sayHtml(200) : say(302, '', { location: `/moved${request.url}` }),
    },
    { requests: byReads + 6 },
  ),

  row(
    'comments alone keep a stream alive for two minutes',
    {},
    {
      faults: { renderMs: s(120), silentStream: true, pingMs: s(15) },
      requests: 12,
      complaint: seen => tooManyStreams(seen, 1),
    },
  ),
  row(
    'a stream goes silent without ending',
    { events: first(1, relay(stalling(1))) },
    {
      faults: { renderMs: s(60) },
      requests: 10,
      complaint: seen => (gaps(seen, 'events')[0] ?? 0) < s(40) && 'did not wait for its silence to be over',
    },
  ),
  row(
    'the stream is compressed and silent but for comments',
    { events: always(gzipped) },
    {
      faults: { renderMs: s(60), silentStream: true, pingMs: s(15) },
      requests: 8,
      complaint: seen => tooManyStreams(seen, 1),
    },
  ),
  row(
    'a proxy delivers every 20 s, all at once',
    { events: always(buffering(s(20))) },
    { faults: { renderMs: s(50) }, requests: 14, complaint: seen => tooManyStreams(seen, 1) },
  ),
  row(
    'the stream is never answered, for longer than its silence',
    { events: always(neverAnswer) },
    { faults: { renderMs: s(75) }, requests: 20, complaint: seen => tooManyStreams(seen, 2) },
  ),

  row(
    'the stream is opened and cut without an event, for two minutes',
    { events: always(cutAfter(0, 'end')) },
    { faults: { renderMs: s(120) }, requests: 40, complaint: seen => tooManyStreams(seen, 6) },
  ),
  row(
    'the stream is cut after each event, and the job goes on',
    { events: always(cutAfter(1, 'end')) },
    {
      faults: { renderMs: s(60) },
      requests: 60,
      complaint: seen => ofKind(seen, 'events').length < 5 && 'an event of the job did not shorten the way back',
    },
  ),
  row(
    'the stream is refused for good, and the reads go on undisturbed',
    { events: always(say(204)) },
    {
      faults: { renderMs: s(40) },
      requests: 12,
      complaint: seen => (ofKind(seen, 'read').length < 4 ? 'read less than polling does' : tooManyStreams(seen, 1)),
    },
  ),
];
