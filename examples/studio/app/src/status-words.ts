import type { Failure, FailureCode, GenerationConnection, GenerationStatus } from 'generation-lifecycle';

/** Each status in the user's words. */
export const statusWords: Readonly<Record<GenerationStatus | 'queued', string>> = {
  idle: 'Ready',
  queued: 'Waiting in the queue',
  submitting: 'Sending the prompt',
  connecting: 'Accepted, connecting',
  streaming: 'Painting',
  polling: 'Painting',
  cancelling: 'Cancelling',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** How updates arrive. */
export const connectionWords: Readonly<Record<GenerationConnection, string>> = {
  none: 'Not connected',
  connecting: 'Connecting',
  open: 'Live',
  lost: 'Connection lost, looking regularly',
  refused: 'No live updates, looking regularly',
};

/** The title of a failure. Its message has the details. */
export const failureWords: Readonly<Record<FailureCode, string>> = {
  'bad-input': 'The backend rejected the request',
  unauthorized: 'You are signed out',
  'payment-required': 'Not enough credit',
  'rate-limited': 'Too many requests',
  'not-found': 'The backend no longer knows this job',
  'invalid-response': 'The backend sent an invalid response',
  network: 'The backend could not be reached',
  timeout: 'The backend did not answer in time',
  unreachable: 'The backend was unreachable for too long',
  deadline: 'This is taking too long',
  interrupted: 'The prompt may not have arrived',
  'job-failed': 'The generation failed',
  moderated: 'The content was refused',
  busy: 'The backend is busy',
  expired: 'The result has been deleted',
  'event-too-large': 'The backend sent an event that is too large',
  'storage-full': 'There is no space to store the result',
};

/** What the user can do about a failure. */
export const adviceWords: Readonly<Record<FailureCode, string>> = {
  'bad-input': 'Edit the prompt, or choose other settings.',
  unauthorized: 'Sign in, then resume.',
  'payment-required': 'Add credit. “Edit prompt” then brings it back to be generated.',
  'rate-limited': 'Wait a moment, then generate again.',
  'not-found': 'Generate again if you still need it.',
  'invalid-response': 'Resume in a moment. If this happens again, check the backend.',
  network: 'Check your connection.',
  timeout: 'Resume in a moment.',
  unreachable: 'Resume when the backend is available again.',
  deadline: 'It may still finish. Resume to keep waiting, or dismiss it.',
  interrupted: 'Check your charges before you generate again.',
  'job-failed': 'Generate it again, or edit the prompt.',
  moderated: 'Edit the prompt, and generate it then.',
  busy: 'Wait a moment, then generate again.',
  expired: 'Generate again if you still need it.',
  'event-too-large': 'Resume: a read may get the result that the stream could not send.',
  'storage-full': 'Delete something from the gallery. The result is then stored automatically.',
};

/** Whether the generation was charged. */
export const chargeWords: Readonly<Record<Failure['charged'], string>> = {
  no: 'You have not been charged.',
  maybe: 'It may have been charged.',
  yes: 'It has been charged.',
};
