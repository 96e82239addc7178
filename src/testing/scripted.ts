import type { AdapterCall, EventsCall, JobRef, JobUpdate, SubmitCall } from '../machines/generation/generation.port.js';
import { assertKnownOptions } from '../machines/options.js';
import type {
  CancelStep,
  ReadStep,
  Script,
  ScriptedAdapter,
  ScriptedCall,
  ScriptedClock,
  SubmitStep,
} from './scripted.types.js';
import { platformClock, startCall, toScriptedError } from './scripted-call.js';
import { playStream } from './scripted-stream.js';

/** Where a job is in the script. */
type ScriptedJob = { readonly startedAt: number; reads: number; streams: number; cancels: number };

/** The clock of a script. */
export type ScriptedOptions = {
  /** Runs the script's delays. Pass the same clock to the actor. @defaultValue the platform's timers, also fake ones */
  readonly clock?: ScriptedClock | undefined;
};

/**
 * An adapter for tests. It plays a script instead of calling a backend, and records its calls.
 *
 * @throws TypeError for an unknown option
 * @example
 * const backend = scripted({
 *   read: [{ untilMs: 5_000, update: { kind: 'pending', progress: 0.5 } }, { update: { kind: 'succeeded', output } }],
 *   events: [[{ afterMs: 100, opens: true }, { atMs: 5_000, update: { kind: 'succeeded', output } }]],
 * });
 * const actor = createActor(createGenerationMachine(backend), { input: { id: 'generation-1' } }).start();
 * actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
 * await vi.advanceTimersByTimeAsync(10_000);
 * expect(backend.calls.map(call => call.kind)).toEqual(['submit', 'events', 'read']);
 */
export function scripted<TOutput, TInput = unknown>(
  script: Script<TOutput>,
  options: ScriptedOptions = {},
): ScriptedAdapter<TInput, TOutput> {
  assertKnownOptions('scripted', options, ['clock']);
  const { clock = platformClock } = options;
  const { submit = [{}], read = [], events, cancel, ignoresAbort = false, idempotentSubmit } = script;
  const calls: ScriptedCall<TInput>[] = [];
  const jobs = new Map<string, ScriptedJob>();

  /** A resumed job was not submitted here. It starts with its first call. */
  const jobOf = ({ id }: JobRef): ScriptedJob => {
    const job = jobs.get(id) ?? { startedAt: clock.now(), reads: 0, streams: 0, cancels: 0 };
    jobs.set(id, job);
    return job;
  };
  const sinceSubmit = (job: ScriptedJob) => clock.now() - job.startedAt;
  const nth = <TStep>(steps: readonly TStep[], count: number) => steps[Math.min(count, steps.length - 1)];

  async function answer<TStep extends SubmitStep<TOutput> | ReadStep<TOutput> | CancelStep<TOutput>>(
    info: Omit<ScriptedCall<TInput>, 'isPending' | 'atMs'>,
    step: TStep,
  ): Promise<Exclude<TStep, { error: unknown } | { hangs: true }>> {
    const call = startCall(calls, info, { clock, ignoresAbort });
    try {
      await call.wait('hangs' in step ? Number.POSITIVE_INFINITY : (step.afterMs ?? 0));
      if ('error' in step) throw toScriptedError(step.error);
      // A step that hangs never gets here, and an error has been thrown.
      return step as Exclude<TStep, { error: unknown } | { hangs: true }>;
    } finally {
      call.end();
    }
  }

  /** Steps with `untilMs` end by time, the others after one read. */
  function nextRead(job: ScriptedJob): ReadStep<TOutput> {
    const isPast = ({ untilMs }: ReadStep<TOutput>) => untilMs !== undefined && sinceSubmit(job) >= untilMs;
    while (job.reads < read.length - 1 && isPast(read[job.reads] as ReadStep<TOutput>)) job.reads += 1;
    const step: ReadStep<TOutput> = nth(read, job.reads) ?? { update: { kind: 'pending' } };
    if (step.untilMs === undefined) job.reads += 1;
    return step;
  }

  return {
    calls,
    idempotentSubmit,

    async submit(input: TInput, { signal, idempotencyKey }: SubmitCall) {
      const count = calls.filter(({ kind }) => kind === 'submit').length;
      const step = nth(submit, count) ?? {};
      const job: JobRef = ('job' in step ? step.job : undefined) ?? { id: `job-${count + 1}` };
      // A backend starts the job when it receives the submit, and not when it answers.
      jobOf(job);
      const { update } = await answer({ kind: 'submit', input, idempotencyKey, signal }, step);
      return { job, update };
    },

    async read(job: JobRef, { signal }: AdapterCall) {
      const { update } = await answer({ kind: 'read', job, signal }, nextRead(jobOf(job)));
      return update;
    },

    ...(events && {
      events(job: JobRef, eventsCall: EventsCall): AsyncIterable<JobUpdate<TOutput>> {
        const { signal, lastEventId } = eventsCall;
        const scriptedJob = jobOf(job);
        const steps = nth(events, scriptedJob.streams) ?? [];
        scriptedJob.streams += 1;
        const call = startCall(calls, { kind: 'events', job, lastEventId, signal }, { clock, ignoresAbort });
        return playStream(steps, call, eventsCall, () => sinceSubmit(scriptedJob));
      },
    }),

    ...(cancel && {
      async cancel(job: JobRef, { signal }: AdapterCall) {
        const scriptedJob = jobOf(job);
        const step = nth(cancel, scriptedJob.cancels) ?? {};
        scriptedJob.cancels += 1;
        return (await answer({ kind: 'cancel', job, signal }, step)).update;
      },
    }),
  };
}
