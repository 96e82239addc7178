import { choice, type FaultEntries, ms, statuses, usual } from './fault-entry.js';

/** What happens to the submit. */
export const submitFaults: FaultEntries<
  'submitDelayMs' | 'submitError' | 'submitAnswerLost' | 'noFileId' | 'urlInSubmit'
> = {
  submitDelayMs: {
    title: 'The answer is slow',
    sentence: 'The job begins at once; the answer to the submit is held back for so long.',
    initial: 5_000,
    field: ms('Held back'),
  },
  submitError: {
    title: 'It is refused',
    sentence: 'Nothing is rendered and nothing charged; the refusal comes in one of the forms that were seen.',
    initial: { body: 'insufficientBalance' },
    fields: {
      body: choice('Form', [
        'insufficientBalance',
        'needsReconnection',
        'detail',
        'json',
        'html',
        'empty',
        'successFalse200',
      ]),
      status: choice('Status', [usual, ...statuses]),
    },
  },
  submitAnswerLost: {
    title: 'The answer is lost',
    sentence: 'The job is started and charged, and the connection breaks before anybody hears of it.',
    initial: true,
  },
  noFileId: {
    title: 'No name for the job',
    sentence: 'The answer says success and names no file, so there is nothing to follow.',
    initial: true,
  },
  urlInSubmit: {
    title: 'Done with the answer',
    sentence: 'The submit is answered when the picture is there, with its url.',
    initial: true,
  },
};
