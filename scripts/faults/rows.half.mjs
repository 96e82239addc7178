import { buffering, byteByByte, cutAfter, gzipped, lateHeaders } from './relays.mjs';
import {
  always,
  during,
  first,
  fromFirst,
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

/**
 * @typedef {import('./fault.types.js').HalfRow} HalfRow
 * @typedef {import('./fault.types.js').Plan} Plan
 */

const completed = /** @type {const} */ (['completed']);
const unstreamed = always(respondJson(404, {}));

/** Between the page and the server half. Whatever happens there, what was paid comes to the page. @param {string} name @param {Plan} plan @param {Partial<HalfRow>} [more] @returns {HalfRow} */
const ofPage = (name, plan, more) => ({ name, between: 'page and half', plan, ends: completed, ...more });

/** Between the server half and the vendor. @param {string} name @param {Plan} plan @param {Partial<HalfRow>} [more] @returns {HalfRow} */
const ofVendor = (name, plan, more) => ({ name, between: 'half and vendor', plan, ends: completed, ...more });

/** A stream decides only about a job that is its stream: a server half reads all others. @param {string} name @param {import('./fault.types.js').ChooseResponder} events @param {Partial<HalfRow>} [more] */
const ofHeldStream = (name, events, more) => ofVendor(name, { events }, { of: 'held', ...more });

/** @param {string} name @param {import('./fault.types.js').ChooseResponder} read @param {Partial<HalfRow>} [more] */
const ofReads = (name, read, more) => ofVendor(name, { read }, { of: 'read', ...more });

/** The job cannot be heard any more. */
const lost = { ends: /** @type {const} */ (['interrupted']) };
/** The vendor does not get the request for the stream. If that was the submit, there is no job. */
const unopened = {
  ...lost,
  ofSubmit: {
    ends: /** @type {const} */ (['network', 'interrupted']),
    paid: /** @type {const} */ (0),
    policy: { submitTimeoutMs: 2_000 },
  },
};

/** Faults of the table, with a server half between the page and a vendor's double. @type {readonly HalfRow[]} */
export const halfRows = [
  ofPage('nothing goes wrong', {}),
  ofPage('the submit is answered byte by byte', { submit: always(byteByByte) }),
  // The key is looked up, and the job is there.
  ofPage('the response to the submit is lost in a reset', { submit: always(loseResponse) }),
  ofPage('the response to the submit is cut after half of its JSON', { submit: always(halfJson('cut')) }),
  // The server half knows no such key. What is not known to have failed is not sent again by itself.
  ofPage(
    'the submit is reset before the server half has it',
    { submit: always(resetConnection) },
    { ends: ['network'], paid: 0 },
  ),
  ofPage(
    'the submit is never answered',
    { submit: always(neverRespond) },
    { ends: ['interrupted'], paid: 0, policy: { submitTimeoutMs: 2_000 } },
  ),
  ofPage('every stream is reset in the middle of a chunk', { events: always(cutAfter(2, 'reset in a chunk')) }),
  ofPage('the stream is answered with half a header, then nothing', { events: always(halfHeader('hang')) }),
  ofPage('the stream is never answered', { events: always(neverRespond) }),
  ofPage('the response to the stream is not HTTP', { events: always(respondGarbage) }),
  ofPage('the stream comes byte by byte', { events: always(byteByByte) }),
  ofPage('the stream is compressed', { events: always(gzipped) }),
  ofPage('a proxy holds the stream back for 8 s, then delivers all at once', { events: always(buffering(s(8))) }),
  ofPage('the stream is refused permanently with 404', { events: unstreamed }),
  ofPage('the first two reads are cut after half of the JSON', {
    events: unstreamed,
    read: first(2, halfJson('cut')),
  }),
  ofPage('the first read stalls after half of the JSON', { events: unstreamed, read: first(1, halfJson('hang')) }),
  ofPage('for 15 s every response is a 502 page', {
    read: during(s(15), respondHtml(502)),
    events: during(s(15), respondHtml(502)),
  }),
  ofPage('the server is down for 15 s', { downMs: s(15) }),
  ofPage(
    'the server never comes back',
    { downMs: s(400) },
    // The vendor has the job, and the page can follow it again.
    { ends: ['unreachable'], policy: { maxOutageMs: 4_000 } },
  ),

  ofVendor('the submit is answered byte by byte', { submit: always(byteByByte) }),
  ofVendor(
    'the response to the submit is lost in a reset',
    { submit: always(loseResponse) },
    { ends: ['network', 'interrupted'], isAnswerLost: true },
  ),
  ofVendor(
    'the response to the submit is half of its JSON',
    { submit: always(halfJson('whole')) },
    { ends: ['invalid-response', 'interrupted'], isAnswerLost: true },
  ),
  ofVendor(
    'the submit is refused with a 502 page',
    { submit: always(respondHtml(502)) },
    { ends: ['network'], paid: 0 },
  ),
  ofVendor(
    'the submit is refused with 402',
    { submit: always(respondJson(402, { detail: 'Payment required' })) },
    { ends: ['payment-required'], paid: 0 },
  ),
  ofVendor(
    'the submit is never answered',
    { submit: always(neverRespond) },
    { ends: ['interrupted'], paid: 0, policy: { submitTimeoutMs: 2_000 } },
  ),
  ofReads('the first read is answered with half a header, then nothing', first(1, halfHeader('hang'))),
  ofReads('the first two reads are answered with half a header, then a reset', first(2, halfHeader('reset'))),
  ofReads('the first two reads are answered with half of the JSON in a complete response', first(2, halfJson('whole'))),
  ofReads('the first two reads are cut after half of the JSON', first(2, halfJson('cut'))),
  ofReads('the responses to the first two reads are not HTTP', first(2, respondGarbage)),
  ofReads('reads come byte by byte', always(byteByByte)),
  ofReads('reads are compressed', always(gzipped)),
  ofReads('the first two reads are answered with 429', first(2, respondJson(429, {}, { 'retry-after': '1' }))),
  ofReads('a read is answered with nothing and 200', first(2, respond(200))),
  ofReads('for 15 s every read is a 502 page', fromFirst(s(15), respondHtml(502))),
  // Not scaled: some vendors are read each 10 s, whatever a policy says.
  ofVendor('the vendor is down for 15 s', { downMs: 15_000 }, { of: 'read' }),
  ofHeldStream('the stream comes byte by byte', always(byteByByte)),
  ofHeldStream('the stream is compressed', always(gzipped)),
  ofHeldStream('a proxy holds the stream back for 8 s, then delivers all at once', always(buffering(s(8)))),
  ofHeldStream('the headers of the stream are 15 s late', always(lateHeaders(s(15)))),
  ofHeldStream('the stream is reset in the middle of a chunk', always(cutAfter(0, 'reset in a chunk')), lost),
  ofHeldStream('the stream is closed in the middle of a chunk', always(cutAfter(0, 'close in a chunk')), lost),
  ofHeldStream('the response to the stream is not HTTP', always(respondGarbage), unopened),
  ofHeldStream('the stream is answered with 502', always(respondHtml(502)), unopened),
  ofHeldStream('the stream is never answered', always(neverRespond), unopened),
];
