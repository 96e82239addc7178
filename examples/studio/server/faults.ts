import * as v from 'valibot';

const ms = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));
const status = v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599));
const { optional } = v;

const schema = v.strictObject({
  // The job:
  /** How long the rendering takes at least; 0, the default, is as fast as it can. */
  renderMs: optional(ms),
  /** The thumbnail comes so long after the url. */
  thumbnailLateMs: optional(ms),
  /** All tasks are completed, and the url is still null, for so long. */
  urlLateMs: optional(ms),
  /** The task goes to `error` and the url stays null; `atProgress` 0..1 says how far it comes (default 0.5). */
  failTheJob: optional(
    v.strictObject({
      message: optional(v.string()),
      atProgress: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    }),
  ),
  /** `render_result` names another path, extension and signature than the file object does. */
  rotatedUrl: optional(v.boolean()),
  /** Whether the file object lists its tasks, lists none, or has no such member. Default `listed`. */
  tasksForm: optional(v.picklist(['listed', 'empty', 'absent'])),

  // The submit:
  /** The answer to the submit is held back; the job runs meanwhile. */
  submitDelayMs: optional(ms),
  /** The submit is refused, nothing is rendered; each body has its usual status unless one is given. */
  submitError: optional(
    v.strictObject({
      status: optional(status),
      body: v.picklist([
        'json',
        'html',
        'empty',
        'detail',
        'needsReconnection',
        'insufficientBalance',
        'successFalse200',
      ]),
    }),
  ),
  /** The job is started, and the connection breaks before the answer. */
  submitAnswerLost: optional(v.boolean()),
  /** `success: true` without `fileId`. */
  noFileId: optional(v.boolean()),
  /** The submit is answered when all is done, with the url in it. */
  urlInSubmit: optional(v.boolean()),

  // The stream:
  /** The response headers of a stream are held back so long; what is published meanwhile waits for them. */
  openLateMs: optional(ms),
  /** The response headers come with the first byte of the body, ping or event, as through a proxy. */
  openWithFirstByte: optional(v.boolean()),
  /** A stream opens only so long after the job has ended, and what was published before is not heard on it. */
  openAfterEndMs: optional(ms),
  /** The stream opens and pings, and delivers nothing. */
  silentStream: optional(v.boolean()),
  /** How often `: ping` is written. Default: `pingMs` of the backend. */
  pingMs: optional(v.pipe(ms, v.minValue(1))),
  /** The stream ends so long after it has opened. */
  cutStreamAfterMs: optional(ms),
  /** The stream ends after so many events. */
  cutStreamAfterEvents: optional(count),
  /** How a cut stream ends: cleanly, or by a broken connection. Default `end`. */
  cutForm: optional(v.picklist(['end', 'reset'])),
  /** The first streams are answered with this status and a JSON error. */
  streamStatus: optional(v.strictObject({ times: count, status })),
  /** The first streams are answered with 200 and an HTML page. */
  htmlStream: optional(v.strictObject({ times: count })),
  /** Every event is sent so many times more. */
  duplicateEvents: optional(v.pipe(count, v.maxValue(100))),
  /** After the end the `file` event is published again and again. */
  repeatFileAfterCompletion: optional(v.strictObject({ times: v.pipe(count, v.maxValue(1000)), everyMs: ms })),
  /** Before each event the same one is sent about another file; on shared channels an `error` of another job, too. */
  foreignEvents: optional(v.boolean()),
  /** Before each event one of a type to be ignored is sent. */
  unknownEvents: optional(v.boolean()),
  /** Before each event one is sent whose data is not JSON. */
  brokenEvents: optional(v.boolean()),
  /** Before the first event one of so many bytes is sent. */
  oversizedEventBytes: optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16 * 1024 * 1024))),
  /** Whether `object` is an object or a string of JSON. Default `object`. */
  objectForm: optional(v.picklist(['object', 'json-string'])),
  /** Default `0..100`. */
  progressScale: optional(v.picklist(['0..100', '0..1-top-level'])),
  /** The one form in which success is told on streams. Default: all that the backend usually sends. */
  resultForm: optional(
    v.picklist([
      'file',
      'file_changed',
      'render_result',
      'render_result_file_url',
      'render_result_object',
      'data',
      'data_file_id',
      'task',
      'task_status',
      'none',
    ]),
  ),
  /** The one form in which failure is told on streams. Default: the task and an `error`. */
  errorForm: optional(v.picklist(['task', 'error', 'error-data', 'none'])),

  // The reads:
  /** The first so many reads of a file are answered 404. */
  fileNotFoundReads: optional(count),
  /** The next reads are answered 429 with `Retry-After`. */
  rateLimitedReads: optional(
    v.strictObject({ times: count, retryAfterS: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400)) }),
  ),
  /** The next reads are answered with this status. */
  failingReads: optional(v.strictObject({ times: count, status })),
  /** The next reads are answered with an HTML page. */
  htmlReads: optional(v.strictObject({ times: count, status: v.picklist([200, 502]) })),
  /** The next reads are answered only after so long. */
  hangingReads: optional(v.strictObject({ times: count, ms })),
});

/**
 * What goes wrong, or otherwise than usual. Nothing given means a healthy backend. Lengths are in ms; `times` counts
 * requests for one file, from the first.
 *
 * The faults of a submit (`X-Studio-Faults: {…}` or `?faults={…}`) belong to its job: every read and every stream of its
 * files shows them. The faults of a read or a stream, given in the same way, are added for that request only.
 *
 * @example
 * const faults: Faults = { renderMs: 200, openLateMs: 12_000, hangingReads: { times: 1, ms: 60_000 } };
 */
export type Faults = Readonly<v.InferOutput<typeof schema>>;

/** The names of all faults. */
export const faultNames: readonly string[] = Object.keys(schema.entries);

/** What is wrong with faults that were asked for. */
export class FaultsError extends Error {
  override readonly name = 'FaultsError';
}

/**
 * Reads faults from JSON text. Throws a {@link FaultsError} when it is not JSON, names an unknown fault, or has a
 * value out of range: a fault misspelt must not be a test that proves nothing.
 */
export function parseFaults(text: string): Faults {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FaultsError('The faults are not JSON.');
  }
  return checkFaults(value);
}

/** The same for a value that is no text any more. */
export function checkFaults(value: unknown): Faults {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new FaultsError(`${v.getDotPath(issue) ?? 'faults'}: ${issue.message}`);
}
