/**
 * What the compiler allows at a call site, and what it does not. Compiled with everything else; never run.
 */
import {
  createGenerationMachine,
  type Failure,
  type GenerationAdapter,
  type GenerationResult,
  type GenerationView,
  type JobRef,
  type JobUpdate,
  policyFor,
  type Submission,
  toResumeToken,
  viewGeneration,
} from 'generation-lifecycle';
import { createActor } from 'xstate';

type Input = { readonly prompt: string };
type Output = { readonly url: string };

declare const adapter: GenerationAdapter<Input, Output>;
const machine = createGenerationMachine(adapter, { policy: { ...policyFor('video'), streamReadIntervalMs: 30_000 } });
const actor = createActor(machine, { input: { id: 'generation-1' } });

// Commands.
actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
actor.send({ type: 'CANCEL' });
actor.send({ type: 'CHECK' });
// @ts-expect-error the input is the adapter's
actor.send({ type: 'GENERATE', input: { text: 'a lighthouse' } });
// @ts-expect-error GENERATE brings an input
actor.send({ type: 'GENERATE' });
// @ts-expect-error there is no such command
actor.send({ type: 'STOP' });

// The actor's input.
createActor(machine, {
  input: { id: 'generation-1', idempotencyKey: 'key-1', resume: toResumeToken(actor.getSnapshot()) },
});
// @ts-expect-error a generation has an id
createActor(machine, { input: {} });
// @ts-expect-error and the machine has an input
createActor(machine);
// @ts-expect-error a token is no text
createActor(machine, { input: { id: 'generation-1', resume: 'token' } });

// What it emits.
actor.on('submitted', ({ id, job }): [string, JobRef] => [id, job]);
actor.on('completed', ({ output, job }): [string, JobRef] => [output.url, job]);
actor.on('failed', ({ failure, job }): [Failure, JobRef | undefined] => [failure, job]);
actor.on('cancelled', ({ stopped, charged }): [boolean, Failure['charged']] => [stopped, charged]);
// @ts-expect-error the output is the adapter's
actor.on('completed', ({ output }) => output.href);
// @ts-expect-error nothing is emitted on the way
actor.on('progressed', () => {});

// The actor's output.
const output: GenerationResult<Output> | undefined = actor.getSnapshot().output;
if (output?.status === 'completed') output.output.url.toUpperCase();
// @ts-expect-error only a completed one has an output
if (output?.status === 'failed') output.output;

// The view.
const view: GenerationView<Output> = viewGeneration(actor.getSnapshot());
view.output?.url.toUpperCase();
// @ts-expect-error the output is the adapter's
view.output?.href;
// @ts-expect-error a view is not written to
view.progress = 1;
switch (view.status) {
  case 'idle':
  case 'submitting':
  case 'connecting':
  case 'streaming':
  case 'polling':
  case 'cancelling':
  case 'completed':
  case 'failed':
  case 'cancelled':
    break;
  default:
    view.status satisfies never;
}

// Options.
// @ts-expect-error there is no such length of time
createGenerationMachine(adapter, { policy: { patienceMs: 1 } });
// @ts-expect-error a wait that grows is a list
createGenerationMachine(adapter, { policy: { pollDelayMs: 1_000 } });
// @ts-expect-error an adapter can at least submit and read
createGenerationMachine({ submit: adapter.submit });

// An adapter without a stream and a cancel, written in place, needs no annotation of what it is called with.
createGenerationMachine<Input, Output>({
  submit: async ({ prompt }, { signal, idempotencyKey }) => ({
    job: { id: `${prompt.length}-${idempotencyKey}-${signal.aborted}` },
  }),
  read: async ({ id }) => ({ kind: 'succeeded', output: { url: `https://files.test/${encodeURIComponent(id)}` } }),
});

// A17: where a function says what it returns, an update has no unknown members. TypeScript does not look for them in what
// an async function returns without that.
export const annotated: GenerationAdapter<Input, Output> = {
  async submit(): Promise<Submission<Output>> {
    // @ts-expect-error A17: the misspelled member of an update in a submission
    return { job: { id: 'a' }, update: { kind: 'pending', progres: 0.5 } };
  },
  // @ts-expect-error A17: a misspelled member
  read: async (): Promise<JobUpdate<Output>> => ({ kind: 'pending', progres: 3 }),
  async *events(): AsyncGenerator<JobUpdate<Output>> {
    // @ts-expect-error A17: a misspelled member in an event
    yield { kind: 'pending', mesage: 'painting' };
    // @ts-expect-error A17: an outcome has no progress
    yield { kind: 'succeeded', output: { url: 'https://files.test/a' }, progress: 1 };
  },
};
// @ts-expect-error A17: an update has a kind that exists
createGenerationMachine<Input, Output>({ submit: adapter.submit, read: async () => ({ kind: 'progress' }) });
