import type { FailureCode, JsonValue } from '../../machines/generation/generation.port.js';
import { toReason, toRefusalDetails } from '../http/error-response.js';
import { readRefusal } from '../http/refusal.js';
import { toMeaning } from '../http/refusal-code.js';
import type { RequestContext } from '../http/request-error.js';
import { toMembers } from './metadata.js';

/** Why a file has failed, as far as the backend says it. */
export type FailureReason = {
  readonly code: FailureCode;
  /** Fit to be shown; empty if the backend gives no reason. */
  readonly text: string;
  readonly details?: JsonValue | undefined;
  /** The status of the response that says so, if it is an error. */
  readonly status?: number | undefined;
  /** Only reads were refused: the job may go on. */
  readonly isUncertain?: boolean | undefined;
};

/** Members that are no reason, although words of failures occur in them: a task may be of the type `moderation`. */
const otherNames: readonly string[] = [
  'id',
  'file_id',
  'project_id',
  'object',
  'type',
  'status',
  'phase',
  'url',
  'thumbnail_url',
  'image_generation',
  'video_generation',
  'duration',
  'tasks',
  'progress',
  'cost',
  'expires_at',
  'queue_position',
  'eta',
  'eta_ms',
  'created_at',
  'updated_at',
];

/** What is said beside the state of a file or a task: its error, message, code and categories. */
export const toSaid = (value: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...toMembers(value)].filter(([name, member]) => member != null && !otherNames.includes(name)));

/** The reason in what a file, its tasks or an event say. */
export function toFailureReason(parts: readonly object[], context: RequestContext): FailureReason {
  const said = parts.filter(part => Object.keys(part).length > 0);
  const refusal = readRefusal(said);
  return {
    code: toMeaning(refusal, ['moderated']) ? 'moderated' : 'job-failed',
    text: toReason(refusal, context),
    details: toRefusalDetails(said.length > 1 ? said : said[0], refusal, context),
  };
}

/** Whether there is more in it than that something has failed. */
export const isTold = ({ text, code }: FailureReason): boolean => text !== '' || code !== 'job-failed';
