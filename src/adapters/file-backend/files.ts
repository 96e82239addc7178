import type { Cost, Failure } from '../../machines/generation/generation.port.js';
import { toldCharge } from '../http/error-response.js';
import { readRefusal } from '../http/refusal.js';
import type { RequestContext } from '../http/request-error.js';
import { toResultUrl } from '../http/result-url.js';
import { cutText } from '../http/shown-text.js';
import type { FileKind, FileMetadata, GeneratedFile } from './file-backend.types.js';
import { toId } from './ids.js';
import { toMembers, toMetadata, toText } from './metadata.js';
import { type News, toCost, toNews, toStatus, toTimeMs } from './news.js';
import { type FailureReason, toFailureReason, toSaid } from './reasons.js';
import type { FileObject } from './wire.js';

/** What stays the same as long as a job exists, and the request by which its state became known. */
export type FileContext = {
  readonly kind: FileKind;
  /** What was asked for. */
  readonly request: FileMetadata;
  /** The URL against which those of the results are resolved. */
  readonly base: string | undefined;
  readonly requestContext: RequestContext;
};

/** What the backend says about money. */
type Charge = { readonly charged?: Failure['charged'] | undefined; readonly cost?: Cost | undefined };

/** A file that is done. */
export type DoneState = {
  readonly kind: 'done';
  readonly file: GeneratedFile;
  readonly expiresAt?: number | undefined;
} & Charge;

/**
 * The state of one file. `unusable`: it has a URL that a page must not load. `awaiting-url`: all its tasks are completed,
 * but it has no URL yet.
 */
export type FileState =
  | DoneState
  | ({ readonly kind: 'failed' | 'unusable'; readonly id: string; readonly reason: FailureReason } & Charge)
  | ({ readonly kind: 'cancelled'; readonly id: string } & Charge)
  | {
      readonly kind: 'pending' | 'awaiting-url';
      readonly news?: News | undefined;
      /** The backend answers for it with an error: that is no reason to read soon. */
      readonly isUnreadable?: boolean;
    };

/** Whether a file is still being made. One without its URL is. */
export const isGoingOn = (
  state: FileState,
): state is Extract<FileState, { readonly kind: 'pending' | 'awaiting-url' }> =>
  state.kind === 'pending' || state.kind === 'awaiting-url';

/** The members of a file object that are known so far. */
export type KnownFile = Partial<FileObject> & Pick<FileObject, 'id'>;

const unusableText = 'its URL is neither http(s) nor blob nor an image or video data URL, so it must not be shown';

/**
 * A file with a URL is done, whatever its tasks say. Tasks of other files do not count.
 *
 * @param whole the object as it came, with the members that not every backend sends
 */
export function toFileState(file: KnownFile, context: FileContext, whole: unknown): FileState {
  const { id } = file;
  const members = toMembers(whole);
  const cost = toCost(members.get('cost'));
  const charge: Charge = { charged: toldCharge(whole) ?? (cost && (cost.amount > 0 ? 'yes' : 'no')), cost };
  if (file.url) return toDoneState(file, context, members, charge);

  const status = toStatus(members.get('status'));
  const tasks = (file.tasks ?? []).filter(task => (toId(toMembers(task).get('file_id')) ?? id) === id);
  const statusOf = (task: unknown) => toStatus(toMembers(task).get('status'));
  const statuses = tasks.map(statusOf);
  const failing = tasks.filter(task => failedStatuses.includes(statusOf(task))).map(toSaid);
  const { message, ...said } = toSaid(whole);
  const reasonOf = (...parts: readonly object[]) => toFailureReason(parts, context.requestContext);

  if (cancelledStatuses.includes(status)) return { kind: 'cancelled', id, ...charge };
  if (members.get('data_removed') === true || expiredStatuses.includes(status)) {
    const { text, details } = reasonOf(said);
    const reason: FailureReason = { code: 'expired', text: text || 'its result has been deleted', details };
    return { kind: 'failed', id, reason, ...charge, charged: charge.charged ?? 'yes' };
  }
  if (failing.length > 0 || hasFailed(status, said, statuses)) {
    const told = reasonOf(said, ...failing);
    // A message may be the one of the last progress.
    const reason = told.text || typeof message !== 'string' ? told : reasonOf({ ...said, message }, ...failing);
    const code = moderatedStatuses.test(status) ? 'moderated' : reason.code;
    return { kind: 'failed', id, reason: { ...reason, code }, ...charge };
  }
  const isCompleted = statuses.length > 0 && statuses.every(each => completedStatuses.includes(each));
  const isDone = isCompleted || completedStatuses.includes(status);
  return {
    kind: isDone ? 'awaiting-url' : 'pending',
    news: toNews(members, context.requestContext.secrets, context.base),
  };
}

function toDoneState(
  file: KnownFile,
  { kind, request, base }: FileContext,
  members: ReadonlyMap<string, unknown>,
  charge: Charge,
): FileState {
  const { id, thumbnail_url, type, image_generation, video_generation, duration } = file;
  const url = toResultUrl(file.url ?? undefined, base);
  if (!url) return { kind: 'unusable', id, reason: { code: 'job-failed', text: unusableText }, ...charge };
  const thumbnailUrl = toResultUrl(toText(thumbnail_url), base);
  const metadata = toMetadata(image_generation, video_generation, { duration }, request);
  const result = { id, url, thumbnailUrl, type: cutText(toText(type) ?? kind, 100), metadata };
  return { kind: 'done', file: result, expiresAt: toTimeMs(members.get('expires_at')), ...charge };
}

const cancelledStatuses: readonly string[] = ['cancelled', 'canceled'];
const expiredStatuses: readonly string[] = ['expired', 'data_removed', 'deleted'];
const completedStatuses: readonly string[] = ['completed', 'succeeded', 'success', 'done', 'finished'];
const failedStatuses: readonly string[] = ['failed', 'failure', 'error', 'errored', 'crashed', 'aborted', 'rejected'];
const moderatedStatuses = /moderated$|^(?:flagged|nsfw)$/;

/** An error beside a status or a task that goes on may be one of an attempt that is made again. */
function hasFailed(
  status: string,
  { error, errors, flagged }: Readonly<Record<string, unknown>>,
  taskStatuses: readonly string[],
): boolean {
  if (failedStatuses.includes(status) || moderatedStatuses.test(status)) return true;
  if (status !== '' || taskStatuses.includes('in_progress')) return false;
  return flagged === true || readRefusal({ error, errors }).text !== '';
}
