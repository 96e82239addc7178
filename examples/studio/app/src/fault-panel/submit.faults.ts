import { choice, count, defaultOption, type FaultEntries, ms, statuses } from './fault-entry.js';

/** The submit. */
export const submitFaults: FaultEntries<
  'busySubmits' | 'submitDelayMs' | 'submitError' | 'submitAnswerLost' | 'noFileId' | 'urlInSubmit'
> = {
  busySubmits: {
    title: 'The backend is busy',
    description: 'The first submits are refused with Retry-After, and nothing is rendered or charged.',
    initial: { times: 2, status: 503, retryAfterS: 3 },
    fields: {
      times: count('Times'),
      status: choice('Status', [429, 503]),
      retryAfterS: { kind: 'number', label: 'Retry after', max: 3_600, unit: 's' },
    },
  },
  submitDelayMs: {
    title: 'Slow response',
    description: 'The job starts at once; the response to the submit is delayed.',
    initial: 5_000,
    field: ms('Delay'),
  },
  submitError: {
    title: 'The submit is refused',
    description: 'Nothing is rendered or charged; the error has one of the known formats.',
    initial: { body: 'insufficientBalance' },
    fields: {
      body: choice('Format', [
        'insufficientBalance',
        'needsReconnection',
        'detail',
        'json',
        'html',
        'empty',
        'successFalse200',
      ]),
      status: choice('Status', [defaultOption, ...statuses]),
    },
  },
  submitAnswerLost: {
    title: 'The response is lost',
    description: 'The job is started and charged, and the connection breaks before the response.',
    initial: true,
  },
  noFileId: {
    title: 'No file id',
    description: 'The response reports success without a file id, so there is no job to follow.',
    initial: true,
  },
  urlInSubmit: {
    title: 'Result in the response',
    description: 'The submit is answered when the image is ready, with its URL.',
    initial: true,
  },
};
