import { createActor, type SnapshotFrom } from 'xstate';
import { abortReasonOf } from '../abort.js';
import { isSame } from '../equality.js';
import { isObject } from '../json.js';
import { assertKnownOptions } from '../options.js';
import { createFailure, GenerationError } from './generation.errors.js';
import { newId } from './generation.id.js';
import type { GenerationMachine } from './generation.machine.js';
import { requireMeta } from './generation.meta.js';
import type { JobRef } from './generation.port.js';
import { isResumeToken, renewedToken, toResumeToken } from './generation.token.js';
import type { GenerationResult, ResumeToken } from './generation.types.js';
import { type GenerationView, viewGeneration } from './generation.view.js';

/** How {@link runGeneration} runs a generation. */
export type RunGenerationOptions<TOutput> = {
  /** The generation's unique id. @defaultValue the id of `resume`, or a new one */
  readonly id?: string | undefined;
  /**
   * Continues a generation from its token. If the token has a job, nothing is submitted. Otherwise the input is
   * submitted with the token's key.
   */
  readonly resume?: ResumeToken | undefined;
  /**
   * Aborting it stops following the job, but does not cancel it. A submit in flight is not aborted, because it may be
   * charged: the promise waits for its answer, at most for the policy's `submitTimeoutMs`.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with each new view, from the submit to the outcome. Store the token if the process may end before the
   * generation does. If a callback throws, the error is logged.
   */
  readonly onSnapshot?: ((view: GenerationView<TOutput>, resumeToken: ResumeToken) => void) | undefined;
};

type Resumable = { readonly resumeToken?: ResumeToken | undefined };

/** Named as the errors of other aborted calls. Each call has its own, because one signal can abort several. */
class AbortError extends Error implements Resumable {
  override readonly name = 'AbortError';
  readonly resumeToken: ResumeToken | undefined;

  constructor(message: string, cause: unknown, resumeToken: ResumeToken | undefined) {
    super(message, { cause });
    this.resumeToken = resumeToken;
  }
}

const withToken = (error: GenerationError, resumeToken: ResumeToken | undefined): GenerationError & Resumable =>
  resumeToken ? Object.assign(error, { resumeToken }) : error;

const crashed = (id: string, job: JobRef | undefined, cause: unknown): GenerationError => {
  const next = job
    ? `Resume the generation to follow job ${job.id} again.`
    : 'A job may be running and may have been charged, but it cannot be found again.';
  const message = `The state machine of generation ${id} stopped with an error. ${next}`;
  return new GenerationError(createFailure(job ? 'unreachable' : 'interrupted', message, job), { cause });
};

function toError<TOutput>(
  result: Exclude<GenerationResult<TOutput>, { status: 'completed' }>,
  token: ResumeToken,
): GenerationError {
  if (result.status === 'failed') {
    const { failure } = result;
    // A token that could not be read has to stay as it is.
    const isRead = isResumeToken(token);
    return withToken(new GenerationError(failure), failure.resumable && isRead ? renewedToken(token) : undefined);
  }
  const { id, job, stopped, charged } = result;
  const rest = stopped || !job ? '' : ` Job ${job.id} may still be running at the backend.`;
  const message = `Generation ${id} was cancelled, so it has no output.${rest}`;
  return new GenerationError({ code: 'interrupted', message, charged, job });
}

/**
 * Runs one generation from submit to end and returns a promise of the output: for scripts, tests and servers. Works in
 * Node and in browsers, and stores nothing: for a gallery that survives reloads use `createGenerationClient`.
 *
 * @returns the output of the completed generation
 * @throws GenerationError if the generation fails, with the failure's data, or if it is cancelled, with the code
 *   `interrupted`
 * @throws Error with the name `AbortError` if the signal is aborted; its `cause` is the signal's reason. An outcome
 *   that comes before following has ended takes precedence. In both cases {@link resumeTokenOf} returns the token to
 *   continue with, if there is one
 * @throws TypeError for an unknown option or an invalid `machine`
 * @example
 * const { url } = await runGeneration(machine, { prompt: 'a lighthouse' }, {
 *   signal: AbortSignal.timeout(600_000),
 *   onSnapshot: ({ status, progress }) => console.log(status, progress),
 * });
 */
export async function runGeneration<TInput, TOutput>(
  machine: GenerationMachine<TInput, TOutput>,
  input: TInput,
  options: RunGenerationOptions<TOutput> = {},
): Promise<TOutput> {
  requireMeta(machine, 'runGeneration() needs a machine');
  assertKnownOptions('runGeneration', options, ['id', 'resume', 'signal', 'onSnapshot']);
  const { resume, id = resume?.id ?? newId(), signal, onSnapshot } = options;
  if (signal?.aborted) {
    throw new AbortError(
      `The signal was aborted before generation ${id} began: nothing is submitted.`,
      abortReasonOf(signal),
      resume,
    );
  }

  const actor = createActor(machine, { input: { id, resume } });
  let view: GenerationView<TOutput> | undefined;
  let token = resume;

  const show = (snapshot: SnapshotFrom<typeof machine>) => {
    const next = viewGeneration(snapshot);
    if (isSame(view, next)) return;
    view = Object.freeze(next);
    try {
      onSnapshot?.(view, toResumeToken(snapshot));
    } catch (error) {
      console.error(error);
    }
  };

  return new Promise<TOutput>((resolve, reject) => {
    const onAbort = () => actor.send({ type: 'DETACH' });
    const finish = (act: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const follow = (snapshot: SnapshotFrom<typeof machine>) => {
      // Before the command that starts it.
      if (snapshot.value === 'idle') return;
      const newest = toResumeToken(snapshot);
      token = newest;
      if (snapshot.value === 'detached') {
        const message = `The signal was aborted: generation ${id} is not followed any more. Job ${newest.job?.id} goes on, and the resume token follows it again.`;
        actor.stop();
        return finish(() => reject(new AbortError(message, signal && abortReasonOf(signal), newest)));
      }
      show(snapshot);
      const result = snapshot.output;
      if (!result) return;
      finish(() => (result.status === 'completed' ? resolve(result.output) : reject(toError(result, newest))));
    };

    signal?.addEventListener('abort', onAbort);
    actor.subscribe({
      next: follow,
      error: error => finish(() => reject(withToken(crashed(id, token?.job, error), token))),
    });
    actor.start();
    if (!resume?.job) actor.send({ type: 'GENERATE', input });
  });
}

/**
 * The token in an error of {@link runGeneration}. Pass it as `resume` to follow the job again free of charge.
 * `undefined` if there is nothing to follow.
 *
 * @example
 * try {
 *   show(await runGeneration(machine, { prompt: 'a lighthouse' }, { signal }));
 * } catch (error) {
 *   const resume = resumeTokenOf(error);
 *   if (resume) localStorage.setItem('running', JSON.stringify(resume));
 *   else throw error;
 * }
 */
export function resumeTokenOf(error: unknown): ResumeToken | undefined {
  const token = isObject(error) ? error['resumeToken'] : undefined;
  return isResumeToken(token) ? token : undefined;
}
