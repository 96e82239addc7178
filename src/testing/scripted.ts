import type { AdapterCall, EventsCall, JobRef, JobUpdate, SubmitCall } from '../machines/generation/generation.port.js';
import type {
  CancelStep,
  ReadStep,
  Script,
  ScriptedAdapter,
  ScriptedCall,
  ScriptedClock,
  SubmitStep,
} from './scripted.types.js';
import { beginCall, platformClock, toThrown } from './scripted-call.js';
import { playStream } from './scripted-stream.js';

/** How far a job has come in its script. */
type Play = { readonly beganAt: number; reads: number; streams: number; cancels: number };

/** What drives a script. */
export type ScriptedOptions = {
  /** Moves the script's delays; give the actor the same. @defaultValue the platform's timers, faked ones included */
  readonly clock?: ScriptedClock | undefined;
};

/**
 * An adapter for tests, which does what its script says and records how it was called. It has no backend and sends
 * nothing; a delay passes when its clock does.
 *
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
  { clock = platformClock }: ScriptedOptions = {},
): ScriptedAdapter<TInput, TOutput> {
  const { submit = [{}], read = [], events, cancel, ignoresAbort = false, idempotentSubmit } = script;
  const calls: ScriptedCall<TInput>[] = [];
  const plays = new Map<string, Play>();

  /** A job that is resumed has not been submitted here: it begins when it is first heard of. */
  const playOf = ({ id }: JobRef): Play => {
    const play = plays.get(id) ?? { beganAt: clock.now(), reads: 0, streams: 0, cancels: 0 };
    plays.set(id, play);
    return play;
  };
  const sinceBegin = (play: Play) => clock.now() - play.beganAt;
  const nth = <TStep>(steps: readonly TStep[], count: number) => steps[Math.min(count, steps.length - 1)];

  async function ask<TStep extends SubmitStep<TOutput> | ReadStep<TOutput> | CancelStep<TOutput>>(
    facts: Omit<ScriptedCall<TInput>, 'isLive' | 'atMs'>,
    step: TStep,
  ): Promise<Exclude<TStep, { error: unknown } | { hangs: true }>> {
    const call = beginCall(calls, facts, { clock, ignoresAbort });
    try {
      await call.wait('hangs' in step ? Number.POSITIVE_INFINITY : (step.afterMs ?? 0));
      if ('error' in step) throw toThrown(step.error);
      // What hangs never comes here, and an error has been thrown.
      return step as Exclude<TStep, { error: unknown } | { hangs: true }>;
    } finally {
      call.settle();
    }
  }

  /** Steps that hold until a time are passed by time, the others one by one. */
  function nextRead(play: Play): ReadStep<TOutput> {
    const isPast = ({ untilMs }: ReadStep<TOutput>) => untilMs !== undefined && sinceBegin(play) >= untilMs;
    while (play.reads < read.length - 1 && isPast(read[play.reads] as ReadStep<TOutput>)) play.reads += 1;
    const step: ReadStep<TOutput> = nth(read, play.reads) ?? { update: { kind: 'pending' } };
    if (step.untilMs === undefined) play.reads += 1;
    return step;
  }

  return {
    calls,
    idempotentSubmit,

    async submit(input: TInput, { signal, idempotencyKey }: SubmitCall) {
      const count = calls.filter(({ kind }) => kind === 'submit').length;
      const step = nth(submit, count) ?? {};
      const own: JobRef = ('job' in step ? step.job : undefined) ?? { id: `job-${count + 1}` };
      // A backend works from when it is asked, not from when it has answered.
      playOf(own);
      const { update } = await ask({ kind: 'submit', input, idempotencyKey, signal }, step);
      return { job: own, update };
    },

    async read(job: JobRef, { signal }: AdapterCall) {
      const { update } = await ask({ kind: 'read', job, signal }, nextRead(playOf(job)));
      return update;
    },

    ...(events && {
      events(job: JobRef, eventsCall: EventsCall): AsyncIterable<JobUpdate<TOutput>> {
        const { signal, lastEventId } = eventsCall;
        const play = playOf(job);
        const steps = nth(events, play.streams) ?? [];
        play.streams += 1;
        const call = beginCall(calls, { kind: 'events', job, lastEventId, signal }, { clock, ignoresAbort });
        return playStream(steps, call, eventsCall, () => sinceBegin(play));
      },
    }),

    ...(cancel && {
      async cancel(job: JobRef, { signal }: AdapterCall) {
        const play = playOf(job);
        const step = nth(cancel, play.cancels) ?? {};
        play.cancels += 1;
        return (await ask({ kind: 'cancel', job, signal }, step)).update;
      },
    }),
  };
}
