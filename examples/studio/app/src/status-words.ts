import type { Failure, FailureCode, GenerationConnection, GenerationStatus } from 'generation-lifecycle';

/** Each state in a person's words. */
export const statusWords: Readonly<Record<GenerationStatus | 'queued', string>> = {
  idle: 'Ready',
  queued: 'Waiting its turn',
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
  'job-failed': 'It could not be painted',
  'event-too-large': 'The backend sent too much at once',
  'storage-full': 'There is no room to keep the result',
};

/** What a person can do about it. */
export const adviceWords: Readonly<Record<FailureCode, string>> = {
  'bad-input': 'Change the prompt or its settings, and generate anew.',
  unauthorized: 'Sign in, and come back to it.',
  'payment-required': 'Add credit, and generate it once more.',
  'rate-limited': 'Wait a little, and generate it once more.',
  'not-found': 'If it still matters, generate it once more.',
  'invalid-response': 'Come back to it in a moment. If it stays so, somebody should look at the backend.',
  network: 'See whether you are online.',
  timeout: 'Come back to it in a moment.',
  unreachable: 'Come back to it when the backend is up again.',
  deadline: 'It may only be slow. Come back to it, or let it be.',
  interrupted: 'Look at what you were charged before you generate it once more.',
  'job-failed': 'Another try, or other words, may do.',
  'event-too-large': 'Come back to it: a read may bring what the stream could not.',
  'storage-full': 'Delete something from the gallery. It is then stored by itself.',
};

/** Whether it was paid for. */
export const chargeWords: Readonly<Record<Failure['charged'], string>> = {
  no: 'You have not been charged.',
  maybe: 'It may have been charged.',
  yes: 'It has been charged.',
};
