import type { StateValue } from 'xstate';
import type { GenerationContext } from './generation.context.js';
import type { Cost, Failure, JobPhase, JobRef, Preview } from './generation.port.js';

/** The state of a generation, as you show it to a user. */
export type GenerationStatus =
  | 'idle'
  | 'submitting'
  | 'connecting'
  | 'streaming'
  | 'polling'
  | 'cancelling'
  | 'completed'
  | 'failed'
  | 'cancelled';

/** The state of the event stream. `none`: there is nothing to follow. `refused`: the backend has no stream for this job. */
export type GenerationConnection = 'none' | 'connecting' | 'open' | 'lost' | 'refused';

/** A generation as a page shows it: flat, and plain data, except for the adapter's `output`. */
export type GenerationView<TOutput> = {
  readonly status: GenerationStatus;
  readonly connection: GenerationConnection;
  /** Whether the job is queued or worked on, while it runs and the backend says so. */
  readonly phase: JobPhase | undefined;
  /** 0..1; never falls, and is 1 when completed. `undefined` until something is known. */
  readonly progress: number | undefined;
  /** The backend's message for the user while it runs. */
  readonly message: string | undefined;
  /** Position in the backend's queue while it runs; 0 is next. */
  readonly backendPosition: number | undefined;
  readonly previews: readonly Preview[];
  /**
   * When the result is expected while it runs, in ms since the epoch. Based on the backend's estimate, the durations of
   * earlier jobs, and the progress; `undefined` without any of them. It moves rarely, and never into the past.
   */
  readonly expectedAt: number | undefined;
  /** The start of the range around `expectedAt`, in ms since the epoch: one in ten jobs ends before it. */
  readonly lowAt: number | undefined;
  /** The end of the range, in ms since the epoch: one in ten jobs takes longer. `undefined` if unknown. */
  readonly highAt: number | undefined;
  /** It runs longer than 95 % of earlier jobs did. */
  readonly isLate: boolean;
  /** When the submit is sent again after the backend refused it for now, in ms since the epoch. */
  readonly retryAt: number | undefined;
  /** Set once `status` is `completed`. */
  readonly output: TOutput | undefined;
  /** When the output's URLs stop working, in ms since the epoch, if the backend says so. */
  readonly expiresAt: number | undefined;
  /** The cost, once it has ended and if the backend says so. */
  readonly cost: Cost | undefined;
  /** Set once `status` is `failed`. */
  readonly failure: Failure | undefined;
  /** Set once `status` is `cancelled`: whether the backend has confirmed that the job has stopped. */
  readonly stopped: boolean | undefined;
  /** Set once `status` is `failed` or `cancelled`: see {@link Failure.charged}. */
  readonly charged: Failure['charged'] | undefined;
  /** It has started and has not ended. Also true while it is being cancelled. */
  readonly isRunning: boolean;
  readonly canCancel: boolean;
  readonly job: JobRef | undefined;
};

type Viewed<TOutput> = { readonly value: StateValue; readonly context: GenerationContext<TOutput> };

const noPreviews: readonly Preview[] = [];

const part = (value: StateValue | undefined, name: string): StateValue | undefined =>
  typeof value === 'object' ? value[name] : undefined;

const connections: { readonly [state: string]: GenerationConnection } = {
  connecting: 'connecting',
  overdue: 'connecting',
  streaming: 'open',
  // It has said that something changed, and is opened again if that was not the end.
  ended: 'connecting',
  lost: 'lost',
  asleep: 'lost',
  refused: 'refused',
};

function connectionIn(value: StateValue): GenerationConnection {
  const stream = part(part(value, 'following'), 'stream');
  const state = typeof stream === 'object' ? stream['listening'] : stream;
  return connections[String(state)] ?? 'none';
}

function statusIn({ value, context }: Viewed<unknown>, connection: GenerationConnection): GenerationStatus {
  if (value === 'idle' || value === 'completed' || value === 'failed' || value === 'cancelled') return value;
  if (context.cancelRequested) return 'cancelling';
  if (context.job === undefined) return 'submitting';
  if (value === 'detached') return 'connecting';
  if (connection === 'open') return 'streaming';
  return part(part(value, 'following'), 'reads') === 'held' ? 'connecting' : 'polling';
}

/**
 * Converts a snapshot to a view. Pure: the same snapshot gives an equal view.
 *
 * @example
 * actor.subscribe(snapshot => {
 *   const { status, progress } = viewGeneration(snapshot);
 *   bar.hidden = status === 'idle';
 *   bar.value = progress ?? 0;
 * });
 */
export function viewGeneration<TOutput>(snapshot: Viewed<TOutput>): GenerationView<TOutput> {
  const { context } = snapshot;
  const { shown } = context;
  const connection = connectionIn(snapshot.value);
  const status = statusIn(snapshot, connection);
  // While the last request is pending, the outcome is provisional and is not shown.
  const ended = context.outcome?.status === status ? context.outcome : undefined;
  const isRunning = status !== 'idle' && ended === undefined;
  const canCancel = isRunning && status !== 'cancelling';
  const expected = canCancel ? context.estimate.shown : undefined;
  return {
    status,
    connection,
    phase: isRunning ? shown.phase : undefined,
    progress: status === 'completed' ? 1 : shown.progress,
    message: isRunning ? shown.message : undefined,
    backendPosition: isRunning ? shown.backendPosition : undefined,
    previews: shown.previews ?? noPreviews,
    expectedAt: expected?.expectedAt,
    lowAt: expected?.lowAt,
    highAt: expected?.highAt,
    isLate: canCancel && context.estimate.isLate,
    retryAt: isRunning ? context.retryAt : undefined,
    output: ended?.status === 'completed' ? ended.output : undefined,
    expiresAt: ended?.status === 'completed' ? ended.expiresAt : undefined,
    cost: ended && ended.status !== 'failed' ? ended.cost : undefined,
    failure: ended?.status === 'failed' ? ended.failure : undefined,
    stopped: ended?.status === 'cancelled' ? ended.stopped : undefined,
    charged:
      ended?.status === 'failed' ? ended.failure.charged : ended?.status === 'cancelled' ? ended.charged : undefined,
    isRunning,
    canCancel,
    job: context.job,
  };
}
