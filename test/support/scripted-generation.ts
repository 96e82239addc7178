import {
  createGenerationMachine,
  type DurationHistory,
  type FailureCode,
  type GenerationEmitted,
  GenerationError,
  type GenerationPolicy,
  type JobRef,
  type JobUpdate,
  type ResumeToken,
  toResumeToken,
  viewGeneration,
} from 'generation-lifecycle';
import { expect, onTestFinished } from 'vitest';
import { createActor, type InspectionEvent } from 'xstate';
import { type Script, type ScriptedAdapterOptions, scriptedAdapter } from './scripted-adapter.js';
import { flush, SimulatedWorld } from './simulated-world.js';

export type Input = { readonly prompt: string };
export type Output = { readonly url: string };

export const job: JobRef = { id: 'job-1', kind: 'image' };
export const pending: JobUpdate<never> = { kind: 'pending' };
export const changed: JobUpdate<never> = { kind: 'changed' };
export const succeeded: JobUpdate<Output> = { kind: 'succeeded', output: { url: 'https://files.test/1.png' } };
export const succeededElsewhere: JobUpdate<Output> = { kind: 'succeeded', output: { url: 'https://cdn.test/1.webp' } };
export const cancelled: JobUpdate<never> = { kind: 'cancelled' };
export const jobFailure = {
  code: 'job-failed',
  message: 'The model refused.',
  retryable: true,
  resumable: false,
  charged: 'no',
} as const;
export const failed: JobUpdate<never> = { kind: 'failed', failure: jobFailure };

type FailureInit = ConstructorParameters<typeof GenerationError>[0];

/** A refusal as an adapter throws it. */
export const error = (code: FailureInit['code'], rest: Partial<FailureInit> & { retryAfterMs?: number } = {}) => {
  const { retryAfterMs, ...failure } = rest;
  return new GenerationError({ message: `The backend says ${code}.`, ...failure, code }, { retryAfterMs });
};

/** Longer and longer gaps, which a test can count in its head. */
const rhythm = { pollDelayMs: [1_000, 2_000, 5_000, 10_000] } as const;

export type GenerationOptions = Partial<Script<Output>> &
  Pick<ScriptedAdapterOptions<Output>, 'without' | 'ignoresAbort' | 'says'> & {
    readonly id?: string;
    readonly idempotencyKey?: string;
    readonly resume?: ResumeToken;
    /** With a rhythm of its own between two polls, if it does not name one. */
    readonly policy?: Partial<GenerationPolicy>;
    readonly history?: DurationHistory;
    readonly world?: SimulatedWorld;
    readonly inspect?: (event: InspectionEvent) => void;
  };

/**
 * One generation under a simulated world. Unless the options say otherwise, the submit is accepted at once, every
 * read answers `pending` at once, and streams and cancels are played by hand.
 */
export function generation(options: GenerationOptions = {}) {
  const { id = 'generation-1', idempotencyKey, resume, history, world = new SimulatedWorld(), inspect } = options;
  const policy = { ...rhythm, ...options.policy };
  const script: Script<Output> = {
    submit: options.submit ?? (call => call.answer({ job })),
    read: options.read ?? (call => call.answer(pending)),
    events: options.events ?? (() => {}),
    cancel: options.cancel ?? (() => {}),
    find: options.find,
    cancelByKey: options.cancelByKey,
  };
  const { without, ignoresAbort, says } = options;
  const scripted = scriptedAdapter<Input, Output>({
    now: () => world.clock.now(),
    script,
    without,
    ignoresAbort,
    says,
  });
  const machine = createGenerationMachine(scripted.adapter, { policy, environment: world.environment });
  const actor = createActor(machine, {
    input: { id, idempotencyKey, resume, history },
    clock: world.clock,
    ...(inspect && { inspect }),
  });

  const emitted: GenerationEmitted<Output>[] = [];
  actor.on('*', event => emitted.push(event));
  // An actor in error would else be an uncaught exception of the test run.
  actor.subscribe({ error: () => {} });

  const view = () => viewGeneration(actor.getSnapshot());
  const send = async (command: Parameters<typeof actor.send>[0]) => {
    actor.send(command);
    await flush();
  };

  // What holds of every generation, whatever a test tries.
  onTestFinished(() => {
    expect(actor.getSnapshot().status).not.toBe('error');
    expect(emitted.filter(({ type }) => type === 'submitted').length).toBeLessThanOrEqual(1);
    expect(outcomes().length).toBe(actor.getSnapshot().status === 'done' ? 1 : 0);
    // A second submit goes out only after the first was refused, or has the same key.
    expect(new Set(scripted.submits.map(({ idempotencyKey }) => idempotencyKey)).size).toBeLessThanOrEqual(1);
    if (!policy.submitPatienceMs && !says?.idempotentSubmit) expect(scripted.submits.length).toBeLessThanOrEqual(1);
    expect(scripted.cancels.filter(({ signal }) => !signal.aborted).length).toBeLessThanOrEqual(1);
    actor.stop();
  });

  const outcomes = () => emitted.filter(({ type }) => type !== 'submitted');

  actor.start();
  return {
    ...scripted,
    actor,
    script,
    world,
    emitted,
    view,
    outcomes,
    send,
    advance: (ms: number) => world.advance(ms),
    /** When each read began, in ms. */
    readTimes: () => scripted.reads.map(({ at }) => at),
    streamTimes: () => scripted.streams.map(({ at }) => at),
    /** The newest stream. */
    stream: () => latest(scripted.streams),
    /** The newest read. */
    read: () => latest(scripted.reads),
    /** How many calls nobody has stopped. */
    liveCallCount: () => scripted.calls().filter(({ signal }) => !signal.aborted).length,
    /** As it comes back from a storage. */
    token: (): ResumeToken => JSON.parse(JSON.stringify(toResumeToken(actor.getSnapshot()))),
  };
}

function latest<TCall>(calls: readonly TCall[]): TCall {
  const call = calls.at(-1);
  if (call === undefined) throw new Error('Not called yet.');
  return call;
}

/** A generation whose submit has been sent. */
export async function started(options: GenerationOptions = {}) {
  const made = generation(options);
  await made.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  return made;
}

/** A generation whose stream is open and has told nothing, and whose first read has been answered `pending`. */
export async function opened(options: GenerationOptions = {}) {
  const made = await started(options);
  made.stream().open();
  await flush();
  return made;
}

/** A generation whose stream has told the job's state, too. */
export async function streaming(options: GenerationOptions = {}) {
  const made = await opened(options);
  made.stream().push(pending);
  await flush();
  return made;
}

/** A polled job that was seen at 0, and whose next reads are refused so. */
export async function seenThen(...codes: (FailureCode | undefined)[]) {
  const run = await started({ without: ['events'] });
  run.script.read = call => {
    const code = codes[run.reads.length - 2];
    if (code) call.refuse(error(code));
    else call.answer(pending);
  };
  return run;
}

export { flush };
