import { createGenerationMachine, type GenerationAdapter, type JobUpdate, type Submission } from 'generation-lifecycle';
import type { UseGenerationOptions } from 'generation-lifecycle/react';
import { assert } from 'vitest';
import { type Script, scriptedAdapter } from './scripted-adapter.js';

export type Input = { readonly prompt: string };
export type Output = { readonly url: string };

export const input: Input = { prompt: 'a lighthouse' };
export const job = { id: 'job-1' };
export const output: Output = { url: 'https://files.test/1.png' };
export const succeeded: JobUpdate<Output> = { kind: 'succeeded', output };
export const accepted: Submission<Output> = { job };

/** A machine whose backend the test controls: it answers submits, streams and cancels; reads answer `pending`. */
export function playedMachine(says: Pick<GenerationAdapter<Input, Output>, 'idempotentSubmit'> = {}) {
  const script: Script<Output> = {
    submit: () => {},
    read: call => call.answer({ kind: 'pending' }),
    events: () => {},
    cancel: () => {},
  };
  const scripted = scriptedAdapter<Input, Output>({ now: () => 0, script });
  const machine = createGenerationMachine({ ...scripted.adapter, ...says }, { policy: { minReadGapMs: 0 } });
  const latest = <TCall>(calls: readonly TCall[]): TCall => {
    const call = calls.at(-1);
    assert(call !== undefined, 'The backend has not been called yet.');
    return call;
  };
  return {
    ...scripted,
    machine,
    script,
    submit: () => latest(scripted.submits),
    stream: () => latest(scripted.streams),
    cancelCall: () => latest(scripted.cancels),
    /** Streams and reads that were not aborted. */
    followerCount: () => [...scripted.streams, ...scripted.reads].filter(({ signal }) => !signal.aborted).length,
  };
}

export type PlayedMachine = ReturnType<typeof playedMachine>;

/** Callbacks that record their calls. */
export function recordCallbacks() {
  const reports: string[] = [];
  const options: UseGenerationOptions<Output> = {
    onSubmitted: ({ job }) => reports.push(`submitted ${job.id}`),
    onCompleted: ({ output }) => reports.push(`completed ${output.url}`),
    onFailed: ({ failure }) => reports.push(`failed ${failure.code}`),
    onCancelled: ({ stopped }) => reports.push(`cancelled ${stopped}`),
  };
  return { reports, options };
}
