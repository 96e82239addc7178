import type { Cost, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { getOwn } from '../../machines/json.js';
import type { Exchange } from '../http/json-exchange.js';
import { statusTable } from '../http/status-table.js';
import { placeOf, readPlace } from './place.js';
import type { RestAnswer, RestBackendOptions, RestPlace, RestState } from './rest-backend.types.js';

type Words<TInput, TOutput> = Pick<
  RestBackendOptions<TInput, TOutput>,
  'status' | 'at' | 'progressMax' | 'charged' | 'result'
>;

type Kit = Pick<Exchange, 'jobFailed' | 'toShownText'>;

/** How the answers of one backend are read. */
export type AnswerReader<TOutput> = {
  /** Whether the answer says anything of a state. */
  readonly hasStatus: (answer: RestAnswer) => boolean;
  /** Whether it says that it is about another job. */
  readonly isOfOther: (answer: RestAnswer, job: JobRef) => boolean;
  readonly idIn: (answer: RestAnswer) => string | undefined;
  /** What it says of the job. `changed` for a job that has succeeded, without its result. */
  readonly toUpdate: (answer: RestAnswer, job: JobRef, readAfterMs?: number) => JobUpdate<TOutput>;
  /** Of a job that has succeeded: its result, if it is in `body`. `answer` says what else is known. */
  readonly toSucceeded: (body: unknown, answer: RestAnswer, job: JobRef) => JobUpdate<TOutput> | undefined;
  readonly isSucceeded: (answer: RestAnswer) => boolean;
};

const toWord = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

const isEmpty = (value: unknown) => value === undefined || value === null || value === '';

/** A time in ms since the epoch, also of a date as a text. */
function toTime(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : value;
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined;
}

export function createAnswerReader<TInput, TOutput>(
  { status, at = {}, progressMax = 1, charged = {}, result }: Words<TInput, TOutput>,
  { jobFailed, toShownText }: Kit,
): AnswerReader<TOutput> {
  const idPlace = at.id ?? 'id';
  const wordAt = (answer: RestAnswer) => toWord(placeOf(answer, at.status ?? 'status'));
  const toState = typeof status === 'function' ? status : createTable(status, wordAt);
  const idIn = (answer: RestAnswer) => {
    const id = placeOf(answer, idPlace);
    return typeof id === 'number' || (typeof id === 'string' && id.trim()) ? String(id) : undefined;
  };

  const toSucceeded = (body: unknown, answer: RestAnswer, job: JobRef): JobUpdate<TOutput> | undefined => {
    const members = typeof body === 'object' && body !== null ? { ...body } : {};
    const output = at.output === undefined ? body : readPlace(at.output, members, job);
    if (isEmpty(output)) return undefined;
    const said = (place: RestPlace | undefined) => readPlace(place, answer, job) ?? readPlace(place, members, job);
    return {
      kind: 'succeeded',
      output: output as TOutput,
      expiresAt: toTime(said(at.expiresAt)),
      // The machine leaves out what is no cost.
      cost: said(at.cost) as Cost | undefined,
    };
  };

  const toPending = (answer: RestAnswer, job: JobRef, readAfterMs: number | undefined): JobUpdate<TOutput> => {
    const numberAt = (place: RestPlace | undefined) => {
      const value = readPlace(place, answer, job);
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    };
    const progress = numberAt(at.progress ?? 'progress');
    const words = readPlace(at.message, answer, job);
    const state = toState(answer);
    return {
      kind: 'pending',
      phase: state === 'queued' || state === 'running' ? state : undefined,
      progress: progress === undefined ? undefined : progress / progressMax,
      // A line of the backend's log may quote the credentials.
      message: typeof words === 'string' ? toShownText(words) : undefined,
      backendPosition: numberAt(at.backendPosition),
      etaMs: numberAt(at.etaMs),
      readAfterMs,
    };
  };

  return {
    hasStatus: answer => typeof status === 'function' || wordAt(answer) !== undefined,
    isOfOther: (answer, job) => (idIn(answer) ?? job.id) !== job.id,
    idIn,
    toSucceeded,
    isSucceeded: answer => toState(answer) === 'succeeded',
    toUpdate(answer, job, readAfterMs) {
      const state = toState(answer);
      switch (state) {
        case 'succeeded':
          return (result === undefined && toSucceeded(answer, answer, job)) || { kind: 'changed' };
        case 'cancelled':
          return { kind: 'cancelled', charged: charged.cancelled, cost: readPlace(at.cost, answer, job) as Cost };
        case 'failed':
        case 'moderated':
        case 'expired': {
          const said = readPlace(at.error, answer, job) ?? answer;
          return state === 'failed'
            ? jobFailed(job, said, { charged: charged.failed })
            : jobFailed(job, said, { code: state, charged: state === 'moderated' ? charged.moderated : undefined });
        }
        default:
          return toPending(answer, job, readAfterMs);
      }
    },
  };
}

/** Signs of numbers matter: -1 and 1 are two statuses. */
function createTable(table: Readonly<Record<string, RestState>>, wordAt: (answer: RestAnswer) => string | undefined) {
  const toState = statusTable(table);
  return (answer: RestAnswer) => {
    const word = wordAt(answer);
    return getOwn(table, word ?? '') ?? toState(/\p{L}/u.test(word ?? '') ? word : undefined);
  };
}
