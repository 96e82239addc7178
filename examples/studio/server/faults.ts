import * as v from 'valibot';

const ms = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));
const status = v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599));
const { optional } = v;

const schema = v.strictObject({
  // The job:
  /** The minimum duration of the rendering. Default 0. */
  renderMs: optional(ms),
  /** How long after the url the thumbnail is ready. */
  thumbnailLateMs: optional(ms),
  /** How long the url is still null after all tasks are completed. */
  urlLateMs: optional(ms),
  /** The task ends with `error` at this progress (0..1, default 0.5), and the url stays null. */
  failTheJob: optional(
    v.strictObject({
      message: optional(v.string()),
      atProgress: optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    }),
  ),
  /** `render_result` has another path, extension and signature than the file object. */
  rotatedUrl: optional(v.boolean()),
  /** No partial pictures are sent while an image is painted. */
  noPreviews: optional(v.boolean()),
  /** Whether the task list of the file object is complete, empty or missing. Default `listed`. */
  tasksForm: optional(v.picklist(['listed', 'empty', 'absent'])),

  /** The job waits behind this many others, each of which takes this long. Its state has a phase, a position and a time. */
  queue: optional(v.strictObject({ ahead: v.pipe(count, v.maxValue(100)), eachMs: ms })),
  /** A cancel is accepted, and the job stops this long after, free of charge. By default it stops at once. */
  slowCancel: optional(v.strictObject({ stopsAfterMs: ms })),
  /** There is no cancel route. */
  noCancel: optional(v.boolean()),
  /** The content is flagged: the submit is refused, or the job fails at its end and is charged. */
  moderation: optional(
    v.strictObject({
      at: v.picklist(['submit', 'end']),
      category: v.picklist(['violence', 'sexual', 'hate', 'self-harm']),
    }),
  ),
  /** Urls work for so many seconds, and each read signs new ones. Default: an hour, and the file object does not say it. */
  urlsExpireAfterS: optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(86_400))),
  /** What each file costs, in the file object. */
  cost: optional(
    v.strictObject({ amount: v.pipe(v.number(), v.minValue(0), v.maxValue(1_000_000)), unit: v.string() }),
  ),

  // The submit:
  /** The first submits with a key are refused for load, with `Retry-After`. Without keys, the first of a user. */
  busySubmits: optional(
    v.strictObject({
      times: count,
      status: optional(v.picklist([429, 503])),
      retryAfterS: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400)),
    }),
  ),
  /** The response to the submit is delayed; the job runs meanwhile. */
  submitDelayMs: optional(ms),
  /** The submit is refused and nothing is rendered. Each body has a default status. */
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
  /** The job is started, and the connection breaks before the response. */
  submitAnswerLost: optional(v.boolean()),
  /** `success: true` without `fileId`. */
  noFileId: optional(v.boolean()),
  /** The submit is answered when the job is done, with the url. */
  urlInSubmit: optional(v.boolean()),

  // The stream:
  /** How long the headers of a stream are delayed; events wait for them. */
  openLateMs: optional(ms),
  /** The headers are sent with the first ping or event, as some proxies do. */
  openWithFirstByte: optional(v.boolean()),
  /** A stream opens this long after the job has ended, without the events before that. */
  openAfterEndMs: optional(ms),
  /** The stream opens and pings, but sends no events. */
  silentStream: optional(v.boolean()),
  /** How often `: ping` is written. Default: `pingMs` of the backend. */
  pingMs: optional(v.pipe(ms, v.minValue(1))),
  /** How long after its opening the stream ends. */
  cutStreamAfterMs: optional(ms),
  /** After how many events the stream ends. */
  cutStreamAfterEvents: optional(count),
  /** Whether a cut stream is closed cleanly or its connection breaks. Default `end`. */
  cutForm: optional(v.picklist(['end', 'reset'])),
  /** The first streams are answered with this status and a JSON error. */
  streamStatus: optional(v.strictObject({ times: count, status })),
  /** The first streams are answered with 200 and an HTML page. */
  htmlStream: optional(v.strictObject({ times: count })),
  /** How many more times every event is sent. */
  duplicateEvents: optional(v.pipe(count, v.maxValue(100))),
  /** After the end the `file` event is sent again. */
  repeatFileAfterCompletion: optional(v.strictObject({ times: v.pipe(count, v.maxValue(1000)), everyMs: ms })),
  /** Before each event the same event of another file is sent; on shared channels also an `error` of another job. */
  foreignEvents: optional(v.boolean()),
  /** Before each event an event of an unknown type is sent. */
  unknownEvents: optional(v.boolean()),
  /** Before each event an event with broken JSON is sent. */
  brokenEvents: optional(v.boolean()),
  /** Before the first event an event of this size is sent. */
  oversizedEventBytes: optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16 * 1024 * 1024))),
  /** Whether `object` is an object or a JSON string. Default `object`. */
  objectForm: optional(v.picklist(['object', 'json-string'])),
  /** Default `0..100`. */
  progressScale: optional(v.picklist(['0..100', '0..1-top-level'])),
  /** The only format of a result on streams. By default the backend sends several. */
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
  /** The only format of a failure on streams. Default: the task and an `error`. */
  errorForm: optional(v.picklist(['task', 'error', 'error-data', 'none'])),

  // The reads:
  /** How many of the first reads of a file are answered with 404. */
  fileNotFoundReads: optional(count),
  /** The next reads are answered with 429 and `Retry-After`. */
  rateLimitedReads: optional(
    v.strictObject({ times: count, retryAfterS: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400)) }),
  ),
  /** The next reads are answered with this status. */
  failingReads: optional(v.strictObject({ times: count, status })),
  /** The next reads are answered with an HTML page. */
  htmlReads: optional(v.strictObject({ times: count, status: v.picklist([200, 502]) })),
  /** The next reads are answered after this long. */
  hangingReads: optional(v.strictObject({ times: count, ms })),
});

/**
 * The faults that the backend simulates; none by default. Durations are in ms; `times` counts the requests for one file, from
 * the first.
 *
 * The faults of a submit (`X-Studio-Faults: {…}` or `?faults={…}`) apply to all requests of its job. Those of a read or a
 * stream apply to that request only.
 *
 * @example
 * const faults: Faults = { renderMs: 200, openLateMs: 12_000, hangingReads: { times: 1, ms: 60_000 } };
 */
export type Faults = Readonly<v.InferOutput<typeof schema>>;

/** The names of all faults. */
export const faultNames: readonly string[] = Object.keys(schema.entries);

/** Faults that are invalid. */
export class FaultsError extends Error {
  override readonly name = 'FaultsError';
}

/**
 * Reads faults from JSON text. Throws a {@link FaultsError} if it is not JSON, contains an unknown fault, or has a value out
 * of range: a misspelt fault must not make a test pass.
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

/** Checks parsed faults. Throws a {@link FaultsError}. */
export function checkFaults(value: unknown): Faults {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new FaultsError(`${v.getDotPath(issue) ?? 'faults'}: ${issue.message}`);
}
