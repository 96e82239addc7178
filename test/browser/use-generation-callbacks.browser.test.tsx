import type { JobUpdate } from 'generation-lifecycle';
import type { UseGenerationEvent, UseGenerationOptions } from 'generation-lifecycle/react';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  accepted,
  input,
  job,
  modes,
  type Output,
  playedMachine,
  settle,
  shownPainter,
  succeeded,
} from '../support/painter.js';

const failed: JobUpdate<Output> = {
  kind: 'failed',
  failure: { code: 'job-failed', message: 'No.', retryable: true, resumable: false, charged: 'no' },
};

/** The callbacks of a page on which a record is open. They write down what they are told, and what was open. */
function callbacksOf(openRecord: string, told: unknown[]): UseGenerationOptions<Output> {
  const write = ({ type, id, input }: UseGenerationEvent<Output>) => told.push({ type, id, input, openRecord });
  return { onSubmitted: write, onCompleted: write, onFailed: write, onCancelled: write };
}

describe.each(modes)('a callback of useGeneration with $mode', ({ Wrapper }) => {
  it.each([
    { outcome: 'completed', end: succeeded },
    { outcome: 'failed', end: failed },
    { outcome: 'cancelled', end: { kind: 'cancelled' } as const },
  ])('E6: gets the id and the input of its own generation when it has $outcome', async ({ outcome, end }) => {
    const backend = playedMachine();
    const told: unknown[] = [];
    const page = await shownPainter(Wrapper, { machine: backend.machine, options: callbacksOf('record A', told) });
    const ofA = { prompt: 'for record A' };
    await page.press(({ generate }) => generate(ofA));
    // While it runs, the user opens another record, and presses again.
    await page.change({ options: callbacksOf('record B', told) });
    await page.press(({ generate }) => generate({ prompt: 'ignored' }));
    const { id } = page.now();
    backend.submit().answer(accepted);
    await settle();
    await settle(() => backend.stream().open());
    backend.stream().push(end);
    await settle();
    expect(told).toEqual([
      { type: 'submitted', id, input: ofA, openRecord: 'record B' },
      { type: outcome, id, input: ofA, openRecord: 'record B' },
    ]);

    await page.press(({ generate }) => generate(input));
    await settle();
    backend.submit().answer({ job: { id: 'job-2' }, update: succeeded });
    await settle();
    expect(page.now().id).not.toBe(id);
    expect(told.slice(2)).toMatchObject([
      { type: 'submitted', id: page.now().id, input },
      { type: 'completed', id: page.now().id, input },
    ]);
  });

  it('E6: gets no input, and the id of the token, when its generation was resumed', async () => {
    const backend = playedMachine();
    const told: unknown[] = [];
    const resume = { version: 1, id: 'generation-1', idempotencyKey: 'key-1', job, cancelRequested: false } as const;
    await shownPainter(Wrapper, { machine: backend.machine, options: { ...callbacksOf('record A', told), resume } });
    await settle(() => backend.stream().open());
    backend.stream().push(succeeded);
    await settle();
    expect(told).toMatchObject([{ type: 'completed', id: 'generation-1', input: undefined }]);
  });
});

// The input has the type of the machine's.
type Told = UseGenerationEvent<Output, 'completed', { readonly prompt: string }>;
expectTypeOf<Told['input']>().toEqualTypeOf<{ readonly prompt: string } | undefined>();
expectTypeOf<Told['id']>().toEqualTypeOf<string>();
