import { ofKind } from './check-row.mjs';
import { readsWithin } from './reads-within.mjs';
import { s } from './scale.mjs';

/**
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('../../examples/studio/server/index.js').Faults} Faults
 */

/** With a stream: the submit, the stream, the read when it opens, one that an event may cause, and one on a slow machine. */
const byStream = 6;
/** Without a working stream: the submit, a stream request and periodic reads. */
const byReads = 14;

/** @param {string} name @param {Faults} faults @param {Partial<FaultRow>} [more] @returns {FaultRow} */
const row = (name, faults, more) => ({ name, faults, outcome: 'completed', requests: byStream, ...more });

/** By fault of the reference backend; the type requires every fault. @type {Record<keyof Faults, readonly FaultRow[]>} */
export const backendRows = {
  renderMs: [
    row('the job is done before the stream is open', { renderMs: 0 }),
    row(
      'the job takes a minute',
      { renderMs: s(60) },
      { requests: 2 + readsWithin(5) + 60 / 15, shows: ['streaming'] },
    ),
  ],
  thumbnailLateMs: [row('the thumbnail comes long after the image', { thumbnailLateMs: s(8) })],
  urlLateMs: [row('all tasks are completed and the url is missing for 8 s', { urlLateMs: s(8) }, { requests: 14 })],
  failTheJob: [
    row('the job fails', { failTheJob: {} }, { outcome: 'job-failed' }),
    row('the job fails at once', { failTheJob: { atProgress: 0 }, renderMs: 0 }, { outcome: 'job-failed' }),
  ],
  rotatedUrl: [row('the stream and the reads name different urls', { rotatedUrl: true })],
  tasksForm: [
    row(
      'the file object has an empty task list',
      { tasksForm: 'empty', streamStatus: { times: 100, status: 404 } },
      { requests: byReads },
    ),
    row(
      'the file object has no tasks',
      { tasksForm: 'absent', streamStatus: { times: 100, status: 404 } },
      { requests: byReads },
    ),
  ],
  queue: [
    row(
      'the job waits behind two others in the backend’s queue',
      { queue: { ahead: 2, eachMs: s(4) } },
      { requests: 8 },
    ),
  ],
  slowCancel: [row('the job could be cancelled', { slowCancel: { stopsAfterMs: s(1) } })],
  // The rows cancel nothing.
  noCancel: [],
  // They look at no picture.
  noPreviews: [],
  moderation: [
    row(
      'the content is flagged at the submit',
      { moderation: { at: 'submit', category: 'violence' } },
      {
        outcome: 'moderated',
        requests: 1,
        problem: ({ outcomes }) => outcomes.some(({ charged }) => charged !== 'no') && 'does not say that it is free',
      },
    ),
    row(
      'the content is flagged when the job is rendered',
      { moderation: { at: 'end', category: 'violence' } },
      {
        outcome: 'moderated',
        problem: ({ outcomes }) =>
          outcomes.some(({ charged }) => charged !== 'yes') && 'does not say that it is charged',
      },
    ),
  ],
  urlsExpireAfterS: [row('the urls expire after a minute', { urlsExpireAfterS: 60 })],
  cost: [row('the backend names the cost', { cost: { amount: 0.04, unit: 'USD' } })],

  busySubmits: [
    row(
      'the backend is too busy for the submit',
      { busySubmits: { times: 100, status: 503, retryAfterS: 2 } },
      {
        outcome: 'busy',
        requests: 1,
        problem: ({ outcomes }) => outcomes.some(({ charged }) => charged !== 'no') && 'does not say that it is free',
      },
    ),
  ],
  submitDelayMs: [row('the submit is answered after 30 s', { submitDelayMs: s(30) }, { shows: ['submitting'] })],
  submitError: [
    row('the submit is refused with 500', { submitError: { body: 'json' } }, { outcome: 'network', requests: 1 }),
    row(
      'the submit is refused with 401',
      { submitError: { body: 'json', status: 401 } },
      { outcome: 'unauthorized', requests: 1 },
    ),
    row(
      'the submit is refused with 429',
      { submitError: { body: 'json', status: 429 } },
      { outcome: 'rate-limited', requests: 1 },
    ),
    row(
      'the submit is answered with a 502 page',
      { submitError: { body: 'html' } },
      { outcome: 'network', requests: 1 },
    ),
    row(
      'the submit is answered with an empty 503',
      { submitError: { body: 'empty' } },
      { outcome: 'network', requests: 1 },
    ),
    row('the prompt is refused with 422', { submitError: { body: 'detail' } }, { outcome: 'bad-input', requests: 1 }),
    row(
      'the account has to be reconnected',
      { submitError: { body: 'needsReconnection' } },
      { outcome: 'unauthorized', requests: 1 },
    ),
    row(
      'the balance is too low',
      { submitError: { body: 'insufficientBalance' } },
      { outcome: 'payment-required', requests: 1 },
    ),
    row(
      'the submit is refused with 200',
      { submitError: { body: 'successFalse200' } },
      { outcome: 'job-failed', requests: 1 },
    ),
  ],
  submitAnswerLost: [
    row(
      'the connection breaks before the response to the submit',
      { submitAnswerLost: true },
      {
        outcome: 'network',
        requests: 1,
        problem: ({ outcomes }) =>
          outcomes.some(({ charged }) => charged !== 'maybe') && 'does not respond that it may be charged',
      },
    ),
  ],
  noFileId: [
    row('the response to the submit names no file', { noFileId: true }, { outcome: 'invalid-response', requests: 1 }),
  ],
  urlInSubmit: [row('the url is in the response to the submit', { urlInSubmit: true }, { requests: 1 })],

  openLateMs: [
    row(
      'the stream opens after 15 s',
      { openLateMs: s(15), renderMs: s(20) },
      { requests: byReads, shows: ['connecting', 'polling', 'streaming'] },
    ),
  ],
  openWithFirstByte: [row('the headers of the stream come with its first byte', { openWithFirstByte: true })],
  openAfterEndMs: [row('the stream opens after the job has ended', { openAfterEndMs: s(2) }, { requests: byReads })],
  silentStream: [
    row(
      'the stream only pings',
      { silentStream: true, pingMs: s(5) },
      { requests: 2 + readsWithin(8), shows: ['streaming'] },
    ),
  ],
  pingMs: [row('the stream pings five times a second', { pingMs: s(0.2) })],
  cutStreamAfterMs: [row('the stream ends after 5 s, each time', { cutStreamAfterMs: s(5) }, { requests: 16 })],
  cutStreamAfterEvents: [
    row('the stream ends after two events, each time', { cutStreamAfterEvents: 2, renderMs: s(20) }, { requests: 30 }),
    row(
      'the stream ends as it opens, each time',
      { cutStreamAfterEvents: 0, renderMs: s(40) },
      {
        requests: 7 + readsWithin(40),
        problem: observed => ofKind(observed, 'events').length > 5 && 'opened the stream too often',
      },
    ),
  ],
  cutForm: [
    row('the stream is reset after 5 s, each time', { cutStreamAfterMs: s(5), cutForm: 'reset' }, { requests: 16 }),
  ],
  streamStatus: [
    row(
      'the stream is answered with 500 twice',
      { streamStatus: { times: 2, status: 500 } },
      { requests: byReads + 2 },
    ),
    row(
      'the stream is answered with 524 always',
      { streamStatus: { times: 1000, status: 524 } },
      { requests: byReads + 3 },
    ),
  ],
  htmlStream: [row('the stream is answered with a page', { htmlStream: { times: 1000 } }, { requests: byReads + 3 })],
  duplicateEvents: [row('every event comes three times', { duplicateEvents: 2 })],
  repeatFileAfterCompletion: [
    row('the last event is repeated', { repeatFileAfterCompletion: { times: 40, everyMs: s(0.2) } }),
  ],
  foreignEvents: [row('events of other files are on the stream', { foreignEvents: true })],
  unknownEvents: [row('events of unknown types are on the stream', { unknownEvents: true })],
  brokenEvents: [row('events that are not JSON are on the stream', { brokenEvents: true })],
  oversizedEventBytes: [
    row('an event of 2 MiB is on the stream', { oversizedEventBytes: 2 * 1_048_576 }, { requests: byReads + 3 }),
  ],
  objectForm: [row('the object of an event is JSON within JSON', { objectForm: 'json-string' })],
  progressScale: [row('progress comes as 0..1', { progressScale: '0..1-top-level' })],
  resultForm: [
    .../** @type {const} */ (['file', 'render_result', 'render_result_file_url', 'render_result_object', 'data']).map(
      resultForm => row(`the result is sent as ${resultForm}`, { resultForm }),
    ),
    .../** @type {const} */ (['file_changed', 'data_file_id', 'task', 'task_status']).map(resultForm =>
      row(`the result is sent as ${resultForm}, and has to be read`, { resultForm }),
    ),
    row('the result is not sent on the stream', { resultForm: 'none' }, { requests: 6 }),
  ],
  errorForm: [
    .../** @type {const} */ (['task', 'error', 'error-data']).map(errorForm =>
      row(`the failure is sent as ${errorForm}`, { errorForm, failTheJob: {} }, { outcome: 'job-failed' }),
    ),
    row(
      'the failure is not sent on the stream',
      { errorForm: 'none', failTheJob: {} },
      { outcome: 'job-failed', requests: 6 },
    ),
  ],

  fileNotFoundReads: [
    row(
      'the file is not found five times, and there is no stream',
      { fileNotFoundReads: 5, streamStatus: { times: 9, status: 404 } },
      { requests: byReads },
    ),
  ],
  rateLimitedReads: [
    row(
      'the first two reads are answered with 429 and a second to wait',
      { rateLimitedReads: { times: 2, retryAfterS: 1 }, streamStatus: { times: 9, status: 404 } },
      { requests: 6 },
    ),
  ],
  failingReads: [
    row(
      'the first four reads are answered with 500',
      { failingReads: { times: 4, status: 500 }, streamStatus: { times: 9, status: 404 } },
      { requests: byReads },
    ),
  ],
  htmlReads: [
    row(
      'the first four reads are answered with a 502 page',
      { htmlReads: { times: 4, status: 502 }, streamStatus: { times: 9, status: 404 } },
      { requests: byReads },
    ),
    row(
      'the first four reads are answered with a page and 200',
      { htmlReads: { times: 4, status: 200 }, streamStatus: { times: 9, status: 404 } },
      { requests: byReads },
    ),
  ],
  hangingReads: [
    row(
      'the first read is answered after a minute',
      { hangingReads: { times: 1, ms: s(60) }, streamStatus: { times: 9, status: 404 } },
      { requests: byReads },
    ),
  ],
};
