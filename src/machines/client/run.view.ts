import type { GenerationResult } from '../generation/generation.types.js';
import type { GenerationView } from '../generation/generation.view.js';
import type { RunView } from './run.types.js';

/** What is shown of a generation that is followed here. One that goes on keeps the words it had. */
export const liveView = <TOutput>(view: GenerationView<TOutput>, message: string | undefined): RunView<TOutput> => ({
  ...view,
  // It idles between its making and its start, and runs for whoever looks in between.
  status: view.status === 'idle' ? 'submitting' : view.status,
  isRunning: view.isRunning || view.status === 'idle',
  canCancel: view.canCancel || view.status === 'idle',
  message: view.message ?? (view.isRunning ? message : undefined),
  isElsewhere: false,
});

/** The last view of a generation, which is all that stays of it. */
export const endedView = <TOutput>(
  face: RunView<TOutput>,
  result: GenerationResult<TOutput> | undefined,
): RunView<TOutput> => ({
  ...face,
  connection: 'none',
  message: undefined,
  backendPosition: undefined,
  isRunning: false,
  canCancel: false,
  isElsewhere: false,
  ...(result && {
    status: result.status,
    job: result.job,
    progress: result.status === 'completed' ? 1 : face.progress,
    output: result.status === 'completed' ? result.output : undefined,
    failure: result.status === 'failed' ? result.failure : undefined,
    stopped: result.status === 'cancelled' ? result.stopped : undefined,
    charged:
      result.status === 'failed' ? result.failure.charged : result.status === 'cancelled' ? result.charged : undefined,
  }),
});
