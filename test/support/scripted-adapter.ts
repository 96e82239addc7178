import type { EventsCall, GenerationAdapter, JobRef, JobUpdate, Submission } from 'generation-lifecycle';

/** One call of the adapter, answered by the test: at once by the script, or later by hand. */
export type ScriptedCall<TAnswer> = {
  readonly kind: 'submit' | 'read' | 'cancel' | 'find' | 'cancelByKey';
  readonly at: number;
  readonly signal: AbortSignal;
  /** What it was called with: the input of a submit, else the job. */
  readonly about: unknown;
  readonly idempotencyKey?: string | undefined;
  answer(value: TAnswer): void;
  refuse(error: unknown): void;
};

/** A stream that the test controls. Updates after its end are dropped. */
export type ScriptedStream<TOutput> = {
  readonly kind: 'events';
  readonly at: number;
  readonly signal: AbortSignal;
  readonly about: JobRef;
  readonly lastEventId: string | undefined;
  open(): void;
  alive(): void;
  id(id: string): void;
  retry(ms: number): void;
  push(update: JobUpdate<TOutput>): void;
  end(): void;
  fail(error: unknown): void;
};

/** What happens on a call. A script that throws is an adapter that throws synchronously. */
export type Script<TOutput> = {
  submit(call: ScriptedCall<Submission<TOutput>>): void;
  read(call: ScriptedCall<JobUpdate<TOutput>>): void;
  events(stream: ScriptedStream<TOutput>): void;
  cancel(call: ScriptedCall<JobUpdate<TOutput> | void>): void;
  /** Of an adapter that can look up its submits. */
  find?: ((call: ScriptedCall<Submission<TOutput> | undefined>) => void) | undefined;
  cancelByKey?: ((call: ScriptedCall<Submission<TOutput> | undefined>) => void) | undefined;
};

export type ScriptedAdapterOptions<TOutput> = {
  readonly now: () => number;
  /** Read at each call, so that a test may change it on the way. */
  readonly script: Script<TOutput>;
  readonly without?: readonly ('events' | 'cancel')[] | undefined;
  /** Goes on after an abort, and talks late. */
  readonly ignoresAbort?: boolean | undefined;
  /** What the adapter says of itself. */
  readonly says?:
    | Pick<GenerationAdapter<never, TOutput>, 'idempotentSubmit' | 'idempotencyWindowMs' | 'stream'>
    | undefined;
};

/** An adapter that records every call and answers as the test says. */
export function scriptedAdapter<TInput, TOutput>(options: ScriptedAdapterOptions<TOutput>) {
  const { now, script, without = [], ignoresAbort = false, says } = options;
  const submits: ScriptedCall<Submission<TOutput>>[] = [];
  const reads: ScriptedCall<JobUpdate<TOutput>>[] = [];
  const cancels: ScriptedCall<JobUpdate<TOutput> | void>[] = [];
  const finds: ScriptedCall<Submission<TOutput> | undefined>[] = [];
  const forbids: ScriptedCall<Submission<TOutput> | undefined>[] = [];
  const streams: ScriptedStream<TOutput>[] = [];

  const whenAborted = (signal: AbortSignal, react: (reason: unknown) => void) => {
    if (!ignoresAbort) signal.addEventListener('abort', () => react(signal.reason));
  };

  function ask<TAnswer>(
    calls: ScriptedCall<TAnswer>[],
    details: Pick<ScriptedCall<TAnswer>, 'kind' | 'signal' | 'about' | 'idempotencyKey'>,
    play: (call: ScriptedCall<TAnswer>) => void,
  ): Promise<TAnswer> {
    let answer: (value: TAnswer) => void = () => {};
    let refuse: (error: unknown) => void = () => {};
    const answered = new Promise<TAnswer>((resolve, reject) => {
      answer = resolve;
      refuse = reject;
    });
    // A test may leave it unheard.
    answered.catch(() => {});
    const call = { ...details, at: now(), answer, refuse };
    calls.push(call);
    whenAborted(call.signal, refuse);
    play(call);
    return answered;
  }

  function listen(job: JobRef, call: EventsCall): AsyncIterable<JobUpdate<TOutput>> {
    const { signal, lastEventId } = call;
    let controller: ReadableStreamDefaultController<JobUpdate<TOutput>> | undefined;
    const updates = new ReadableStream<JobUpdate<TOutput>>({
      start: made => {
        controller = made;
      },
      cancel: () => {
        controller = undefined;
      },
    });
    const last = (act: (ending: NonNullable<typeof controller>) => void) => {
      if (controller) act(controller);
      controller = undefined;
    };
    const stream: ScriptedStream<TOutput> = {
      kind: 'events',
      at: now(),
      signal,
      about: job,
      lastEventId,
      open: call.onOpen,
      alive: call.onAlive,
      id: call.onId,
      retry: call.onRetry,
      push: update => controller?.enqueue(update),
      end: () => last(ending => ending.close()),
      fail: error => last(ending => ending.error(error)),
    };
    streams.push(stream);
    whenAborted(signal, stream.fail);
    script.events(stream);
    return updates;
  }

  const adapter: GenerationAdapter<TInput, TOutput> = {
    submit: (about, { signal, idempotencyKey }) =>
      ask(submits, { kind: 'submit', signal, about, idempotencyKey }, call => script.submit(call)),
    read: (about, { signal }) => ask(reads, { kind: 'read', signal, about }, call => script.read(call)),
    ...(!without.includes('events') && { events: listen }),
    ...(!without.includes('cancel') && {
      cancel: (about: JobRef, { signal }: { signal: AbortSignal }) =>
        ask(cancels, { kind: 'cancel', signal, about }, call => script.cancel(call)),
    }),
    ...(script.find && {
      find: (about: string, { signal }: { signal: AbortSignal }) =>
        ask(finds, { kind: 'find', signal, about }, call => script.find?.(call)),
    }),
    ...(script.cancelByKey && {
      cancelByKey: (about: string, { signal }: { signal: AbortSignal }) =>
        ask(forbids, { kind: 'cancelByKey', signal, about }, call => script.cancelByKey?.(call)),
    }),
    ...says,
  };

  return {
    adapter,
    submits,
    reads,
    cancels,
    streams,
    finds,
    forbids,
    /** Every call so far. */
    calls: () => [...submits, ...reads, ...cancels, ...streams, ...finds, ...forbids],
  };
}
