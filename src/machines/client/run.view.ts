import type { GenerationResult } from '../generation/generation.types.js';
import type { GenerationStatus, GenerationView } from '../generation/generation.view.js';
import { tombstoneMessage } from './client.messages.js';
import type { StoredEnd, StoredGeneration } from './client.port.js';
import type { RunView } from './run.types.js';

const noPreviews: RunView<never>['previews'] = [];

const statusOf = ({ failure, token }: StoredGeneration): Exclude<GenerationStatus, 'idle'> => {
  if (failure) return 'failed';
  if (token.cancelRequested) return 'cancelling';
  return token.job ? 'polling' : 'submitting';
};

/** The view of a generation that is not followed here. */
export function storedView<TOutput>(stored: StoredGeneration, isFollowedElsewhere: boolean): RunView<TOutput> {
  const { token, message, failure } = stored;
  const status = statusOf(stored);
  const isRunning = failure === undefined;
  return {
    status,
    connection: 'none',
    progress: token.progress,
    message: isRunning ? message : undefined,
    phase: undefined,
    backendPosition: undefined,
    previews: noPreviews,
    // Another tab knows more: its range, and whether it is late.
    expectedAt: isRunning && !token.cancelRequested ? token.expectedAt : undefined,
    lowAt: undefined,
    highAt: undefined,
    isLate: false,
    retryAt: undefined,
    output: undefined,
    expiresAt: undefined,
    cost: undefined,
    failure,
    stopped: undefined,
    charged: failure?.charged,
    isRunning,
    canCancel: isRunning && status !== 'cancelling',
    job: token.job,
    isFollowedElsewhere: isRunning && isFollowedElsewhere,
  };
}

/** The view of a generation that has ended, in another tab or an earlier session. */
export const tombstoneView = <TOutput>(tombstone: StoredGeneration, ended: StoredEnd): RunView<TOutput> => {
  const { status, stopped, charged } = ended;
  const failure = ended.failure && { ...ended.failure, message: tombstoneMessage(tombstone.token.id, ended.failure) };
  const view = storedView<TOutput>({ ...tombstone, failure }, false);
  const progress = status === 'completed' ? 1 : undefined;
  return {
    ...view,
    status,
    progress,
    message: undefined,
    expectedAt: undefined,
    stopped,
    charged,
    isRunning: false,
    canCancel: false,
    isFollowedElsewhere: false,
  };
};

/** The view of a generation that is followed here. It keeps the stored message until there is a newer one. */
export const liveView = <TOutput>(view: GenerationView<TOutput>, message: string | undefined): RunView<TOutput> => ({
  ...view,
  // The machine is idle for a moment before it starts. For a page the generation runs already.
  status: view.status === 'idle' ? 'submitting' : view.status,
  isRunning: view.isRunning || view.status === 'idle',
  canCancel: view.canCancel || view.status === 'idle',
  message: view.message ?? (view.isRunning ? message : undefined),
  isFollowedElsewhere: false,
});

/** The last view of a generation: nothing but this stays of it. */
export const endedView = <TOutput>(
  view: RunView<TOutput>,
  result: GenerationResult<TOutput> | undefined,
): RunView<TOutput> => ({
  ...view,
  connection: 'none',
  phase: undefined,
  message: undefined,
  backendPosition: undefined,
  expectedAt: undefined,
  lowAt: undefined,
  highAt: undefined,
  isLate: false,
  retryAt: undefined,
  isRunning: false,
  canCancel: false,
  isFollowedElsewhere: false,
  ...(result && {
    status: result.status,
    job: result.job,
    progress: result.status === 'completed' ? 1 : view.progress,
    output: result.status === 'completed' ? result.output : undefined,
    expiresAt: result.status === 'completed' ? result.expiresAt : undefined,
    cost: result.status === 'failed' ? undefined : result.cost,
    failure: result.status === 'failed' ? result.failure : undefined,
    stopped: result.status === 'cancelled' ? result.stopped : undefined,
    charged:
      result.status === 'failed' ? result.failure.charged : result.status === 'cancelled' ? result.charged : undefined,
  }),
});
