import type { Cost, Failure, FailureCode, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { adviceFor } from '../http/request-error.js';
import { cutText } from '../http/shown-text.js';
import type { FailedFile, FileOutput } from './file-backend.types.js';
import { type FileState, isGoingOn } from './files.js';

/** How soon to read again when the result is expected at any moment. */
const readSoonMs = 1_000;

/** Each reason of a batch is short enough by itself. */
const maxReasonsBytes = 1_600;

/** For a failure without a reason. */
const untoldText = (code: FailureCode) =>
  code === 'moderated' ? 'the backend refused its content' : 'a task of this file failed at the backend';

type EndedBadly = Extract<FileState, { readonly id: string }>;
type Done = Extract<FileState, { readonly kind: 'done' }>;

/**
 * The update of a job from the states of its files. A batch is pending as long as one of its files is.
 *
 * @param readAfterMs when the backend asks to be read again
 */
export function toJobUpdate(
  states: readonly FileState[],
  job: JobRef,
  readAfterMs?: number | undefined,
): JobUpdate<FileOutput> {
  const done = states.filter(state => state.kind === 'done');
  const endedBadly = states.filter(state => 'id' in state);
  if (done.length + endedBadly.length < states.length) return toPending(states, readAfterMs);
  if (done.length > 0) return toSucceeded(done, endedBadly);
  const cost = toTotal(states);
  const charged = toCharged(endedBadly);
  if (endedBadly.every(({ kind }) => kind === 'cancelled')) return { kind: 'cancelled', charged, cost };
  return { kind: 'failed', failure: toFailure(endedBadly, job, charged) };
}

function toPending(states: readonly FileState[], readAfterMs: number | undefined): JobUpdate<FileOutput> {
  const going = states.filter(isGoingOn);
  const news = going.flatMap(state => state.news ?? []);
  const endedCount = states.length - going.length;
  const progress = news.reduce((sum, each) => sum + (each.progress ?? 0), endedCount) / states.length;
  // The stream reports the first file of a batch only: once one file has ended, the others are expected soon.
  const isUnreadable = going.some(state => state.isUnreadable);
  const isExpectedSoon = !isUnreadable && (endedCount > 0 || going.some(({ kind }) => kind === 'awaiting-url'));
  const isRunning = endedCount > 0 || news.some(({ phase }) => phase === 'running');
  const messages = news.map(({ message }) => message);
  const previews = states.flatMap((state, index) => {
    const url = toPreviewUrl(state);
    return url ? { url, index } : [];
  });
  const etas = news.flatMap(({ etaMs }) => etaMs ?? []);
  return {
    kind: 'pending',
    phase: isRunning && news.some(({ phase }) => phase) ? 'running' : news.find(({ phase }) => phase)?.phase,
    progress: progress || undefined,
    message: messages.find(message => message) ?? messages.find(message => message === null),
    backendPosition: isRunning ? undefined : news[0]?.backendPosition,
    previews: previews.length > 0 ? previews : undefined,
    etaMs: etas.length > 0 ? Math.max(...etas) : undefined,
    readAfterMs: readAfterMs ?? (isExpectedSoon ? readSoonMs : undefined),
  };
}

/** An early image of a file; of one that is done before the others, the image itself. */
function toPreviewUrl(state: FileState): string | undefined {
  if (isGoingOn(state)) return state.news?.previewUrl;
  if (state.kind !== 'done') return undefined;
  const { thumbnailUrl, type, url } = state.file;
  return thumbnailUrl ?? (type === 'image' ? url : undefined);
}

function toSucceeded(done: readonly Done[], endedBadly: readonly EndedBadly[]): JobUpdate<FileOutput> {
  const times = done.flatMap(({ expiresAt }) => expiresAt ?? []);
  return {
    kind: 'succeeded',
    output: { files: done.map(({ file }) => file), failed: endedBadly.map(toFailedFile) },
    expiresAt: times.length > 0 ? Math.min(...times) : undefined,
    cost: toTotal([...done, ...endedBadly]),
  };
}

function toFailedFile(state: EndedBadly): FailedFile {
  if (state.kind === 'cancelled') return { id: state.id, message: 'it was cancelled' };
  const { code, text } = state.reason;
  return { id: state.id, message: text || untoldText(code), ...(code !== 'job-failed' && { code }) };
}

function toFailure(endedBadly: readonly EndedBadly[], job: JobRef, charged: Failure['charged']): Failure {
  const reasons = endedBadly.flatMap(state => (state.kind === 'cancelled' ? [] : state.reason));
  const [first] = reasons;
  const code = first && reasons.every(each => each.code === first.code) ? first.code : 'job-failed';
  const isUncertain = reasons.some(reason => reason.isUncertain);
  const text = endedBadly.map(toFailedFile).map(({ id, message }) => `file ${id}: ${message}`);
  const said = reasons.flatMap(({ details }) => (details === undefined ? [] : [details]));
  const advice = isUncertain ? 'It may still be running: resume it, which costs nothing' : adviceFor(code);
  return {
    code,
    message: `Job ${job.id} failed: ${cutText(text.join(', '), maxReasonsBytes)}. ${advice}.`,
    retryable: code !== 'moderated' && !isUncertain,
    resumable: isUncertain,
    charged,
    job,
    status: first?.status,
    details: said.length > 1 ? said : said[0],
  };
}

/** Each file of a batch may say something else. */
function toCharged(states: readonly EndedBadly[]): Failure['charged'] {
  const told = states.map(({ charged = 'maybe' }) => charged);
  if (told.includes('yes')) return 'yes';
  return told.every(each => each === 'no') ? 'no' : 'maybe';
}

/** The sum, if all files that have a cost have it in the same unit. */
function toTotal(states: readonly FileState[]): Cost | undefined {
  const costs = states.flatMap(state => ('cost' in state && state.cost ? state.cost : []));
  const [first] = costs;
  if (!first || costs.some(({ unit }) => unit !== first.unit)) return undefined;
  return { amount: costs.reduce((sum, { amount }) => sum + amount, 0), unit: first.unit };
}
