import type { FailedCall } from '../../machines/generation/generation.answers.js';
import type { Failure, JobRef } from '../../machines/generation/generation.port.js';
import type { Asked } from '../level.js';
import type { Settings } from '../settings.js';
import { toFailureAnswer } from './answers.js';
import { toToldFailure } from './failures.js';

/** What was asked of a backend. */
export type FailedAction = 'submit' | 'read' | 'cancel' | 'result';

/** The answer of a call that the backend has not answered, or has refused. It is logged with the backend's words. */
export function toFailedCallAnswer(
  { log, showBackendErrors }: Pick<Settings, 'log' | 'showBackendErrors'>,
  { backend }: Asked,
  action: FailedAction,
  { failure, retryAfterMs }: FailedCall,
  pageJob: JobRef | undefined,
): Response {
  log.report(`${action}.failed`, failure, { backend: backend.name, id: pageJob?.id });
  const told: Failure = { ...failure, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return toFailureAnswer(toToldFailure(told, pageJob, showBackendErrors));
}
