import type { ServerLogEntry } from './log.types.js';

/**
 * Every event of a log: how grave it is, and when it is written. `error`: something of yours or of this process does not work. `warn`: something has gone wrong
 * that is handled. Read by the guide, which has a row for each.
 */
export const logEvents = {
  request: ['info', 'a request was answered, other than of health'],
  'job.submitted': ['info', 'a wish was stored; its submit follows'],
  'job.ended': ['info', 'a job has its end. `warn` if it may have been charged without a result'],
  'authorize.failed': [
    'error',
    '`authorize` has thrown, or has answered with a user without an id. The page gets 503 or 401',
  ],
  'input.failed': ['error', '`input` has thrown something that is no `GenerationError`. Nothing was submitted'],
  'request.failed': ['error', 'the server has failed at a request. The page gets 500'],
  'submit.failed': ['warn', 'the vendor has refused a submit, or has not answered it'],
  'read.failed': ['warn', 'the vendor has not answered a read of the relay'],
  'cancel.failed': ['warn', 'the vendor has not answered a cancel of the relay'],
  'result.failed': ['warn', 'the vendor has not given the bytes of a result or a preview'],
  'label.failed': ['warn', '`durationLabel` has thrown. The job is learned from with those that have no label'],
  'durations.failed': ['warn', 'what was learned of durations could not be read or stored. Jobs are read without it'],
  'inputs.failed': ['warn', 'an uploaded file could not be kept, held or removed. What has no job is removed later'],
  'copy.failed': ['warn', 'a result could not be copied. It is tried again'],
  'copy.refused': ['warn', 'a result may not be copied, such as for its address, type or size. It stays at the vendor'],
  'copy.given-up': ['error', 'a result is not copied any more: it stays at the vendor, for as long as that keeps it'],
  'stream.failed': ['warn', 'a stream of the vendor, or to a page, has broken. The job is read'],
  'step.failed': ['error', 'a step of a job could not be made. It is tried again after 10 s'],
  'store.failed': ['error', 'the store does not answer. Steps and writes are tried again'],
  'engine.failed': [
    'error',
    'the queue that wakes jobs does not answer. The sweep of `start()` finds them a few seconds later',
  ],
  'reserve.refused': ['warn', '`onReserve` has thrown something that is no `GenerationError`. Nothing was submitted'],
  'settle.failed': ['error', '`onSettle` has thrown. The end of the job is stored, and it is called again'],
  'correct.failed': ['error', '`onCorrect` has thrown. It is called again'],
  'correct.missing': ['warn', 'a job that was settled is charged in another way, and there is no `onCorrect`'],
  'lease.lost': ['warn', 'another process has taken a job over, because this one was too slow'],
  'webhook.refused': ['warn', 'a delivery is not genuine, or too old'],
  'observer.failed': ['warn', 'something of an observer has thrown. Told once for each observer'],
} as const satisfies { readonly [event: string]: readonly [level: ServerLogEntry['level'], when: string] };

/** What a log line is about. */
export type ServerLogEvent = keyof typeof logEvents;
