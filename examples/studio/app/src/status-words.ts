import type { Failure, FailureCode, GenerationConnection, GenerationStatus } from 'generation-lifecycle';

/** Each state in a person's words. */
export const statusWords: Readonly<Record<GenerationStatus, string>> = {
  idle: 'Ready',
  submitting: 'Sending the prompt',
  connecting: 'Accepted, waiting for news',
  streaming: 'Painting',
  polling: 'Painting',
  cancelling: 'Cancelling',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** Where the news come from. */
export const connectionWords: Readonly<Record<GenerationConnection, string>> = {
  none: 'Not connected',
  connecting: 'Connecting',
  open: 'Live',
  lost: 'Connection lost, asking instead',
  refused: 'No live news, asking instead',
};

/** What failed, as a title; the failure's own message says the rest. */
export const failureWords: Readonly<Record<FailureCode, string>> = {
  'bad-input': 'The backend does not accept this request',
  unauthorized: 'You are signed out',
  'payment-required': 'Not enough credit',
  'rate-limited': 'Too many requests',
  'not-found': 'The backend no longer knows this job',
  'invalid-response': 'The backend gave an answer that makes no sense',
  network: 'The backend could not be reached',
  timeout: 'The backend did not answer in time',
  unreachable: 'The backend has been silent for too long',
  deadline: 'This takes longer than it should',
  interrupted: 'It is not known whether the prompt arrived',
  'job-failed': 'The picture could not be painted',
  'event-too-large': 'The backend sent too much at once',
  'storage-full': 'There is no room to keep the result',
};

/** Whether it was paid for. */
export const chargeWords: Readonly<Record<Failure['charged'], string>> = {
  no: 'You have not been charged.',
  maybe: 'It may have been charged.',
  yes: 'It has been charged.',
};
