import { GenerationError } from 'generation-lifecycle';
import { describe, expect, it, vi } from 'vitest';
import type { ClientGeneration, ClientView } from '../../../src/machines/client/client.types.js';
import { itemsPromise, type StopReason, type ViewListener } from '../../../src/machines/client/items-promise.js';
import { renewalPromise } from '../../../src/machines/client/renewal-promise.js';
import type { LeftRun } from '../../../src/machines/client/run.types.js';
import { storedView } from '../../../src/machines/client/run.view.js';
import { newStored } from '../../../src/machines/client/stored-generation.js';
import { createFailure } from '../../../src/machines/generation/generation.errors.js';
import { flush } from '../../support/client-bench.js';
import type { TestItem } from '../../support/client-context.js';

const job = { id: 'job-1' };
const shown = (more: Partial<ClientGeneration<string, TestItem>> = {}): ClientGeneration<string, TestItem> => ({
  ...storedView<string>(newStored('a', 1, {}), false),
  id: 'a',
  queuePosition: undefined,
  refusal: undefined,
  description: undefined,
  startedAt: 1,
  items: [],
  canRetry: false,
  canResume: false,
  ...more,
});
const view = (...generations: readonly ClientGeneration<string, TestItem>[]): ClientView<string, TestItem> => ({
  generations,
  items: [],
  isReady: true,
  storageError: undefined,
});

/** A promise of the items of `a`, and what calls back. */
async function promised(signal?: AbortSignal) {
  let listener: ViewListener<string, TestItem> = () => {};
  const unlisten = vi.fn();
  const items = itemsPromise<string, TestItem>(
    'a',
    {
      listen: given => {
        listener = given;
        given(view(shown()));
        return unlisten;
      },
    },
    signal,
  );
  await flush();
  return {
    items,
    unlisten,
    call: (current: ClientView<string, TestItem>, reason?: StopReason, left?: LeftRun) =>
      listener(current, reason, left && { a: left }),
  };
}

const left = (isSubmitted: boolean): LeftRun => ({
  isSubmitted,
  token: newStored('a', 1, {}).token,
  result: undefined,
});
const whyOf = async (current: ClientView<string, TestItem>, reason?: StopReason, run?: LeftRun) => {
  const { items, call } = await promised();
  call(current, reason, run);
  return items.then(
    () => expect.unreachable(),
    error => (error as GenerationError).failure,
  );
};

describe('promised items', () => {
  it('come with the end of the generation, and nothing is listened to then', async () => {
    const { items, unlisten, call } = await promised();
    expect(unlisten).not.toHaveBeenCalled();
    call(view(shown({ id: 'b', status: 'completed' }), shown()));
    call(view(shown({ status: 'completed', items: [{ id: 'a/0' }] })));
    await expect(items).resolves.toEqual([{ id: 'a/0' }]);
    expect(unlisten).toHaveBeenCalledOnce();
  });

  it('are not listened for where the first view has them', async () => {
    const unlisten = vi.fn();
    const items = itemsPromise<string, TestItem>(
      'a',
      {
        listen: given => {
          given(view(shown({ status: 'completed', items: [{ id: 'a/0' }] })));
          return unlisten;
        },
      },
      undefined,
    );
    await expect(items).resolves.toHaveLength(1);
    expect(unlisten).toHaveBeenCalledOnce();
  });

  it('are rejected with its failure', async () => {
    const failure = { ...createFailure('network', 'no answer'), charged: 'maybe' as const };
    expect(await whyOf(view(shown({ status: 'failed', failure })))).toEqual(failure);
  });

  it.each<[string, ClientView<string, TestItem>, StopReason | undefined, LeftRun | undefined, string, string]>([
    [
      'cancelled',
      view(shown({ status: 'cancelled', charged: 'yes', job })),
      undefined,
      undefined,
      'yes',
      'Generation a was cancelled, so it has no items.',
    ],
    [
      'not submitted',
      view(shown()),
      'stopped',
      left(false),
      'no',
      'Generation a was not submitted, and nothing was charged: the client was stopped. Generate it again.',
    ],
    [
      'forgotten',
      view(shown({ job })),
      'forgotten',
      left(true),
      'maybe',
      'Generation a is not followed here any more: everything of its scope was forgotten. Its job may still be running and may be charged.',
    ],
    [
      'gone',
      view(),
      undefined,
      undefined,
      'maybe',
      'Generation a is not followed here any more: the client was stopped, or another tab ended the generation without a result. Its items, if there are any, come with the gallery.',
    ],
    [
      'left with a job',
      view(shown({ job })),
      'rescoped',
      left(true),
      'maybe',
      'Generation a is not followed here any more: the client shows another scope. Nothing was cancelled, and the generation is found again when its scope is shown.',
    ],
    [
      'left during its submit',
      view(shown()),
      'stopped',
      left(true),
      'maybe',
      'Generation a is not followed here any more: the client was stopped. Its submit has no answer yet, and may be charged. It is not aborted: what the backend answers is stored, and the generation is found again when the client starts again.',
    ],
  ])('say why there are none of a generation that was %s', async (_, current, reason, run, charged, message) => {
    expect(await whyOf(current, reason, run)).toMatchObject({ code: 'interrupted', charged, message });
  });

  it('name the job that is left', async () => {
    expect((await whyOf(view(shown({ job })), 'stopped', left(true))).job).toEqual(job);
  });

  it('are rejected by their signal, before and after', async () => {
    const controller = new AbortController();
    const { items, unlisten } = await promised(controller.signal);
    controller.abort(Error('enough'));
    await expect(items).rejects.toThrow('enough');
    expect(unlisten).toHaveBeenCalledOnce();
    const aborted = await promised(AbortSignal.abort(Error('too late')));
    await expect(aborted.items).rejects.toThrow('too late');
    const listen = vi.fn(() => () => {});
    const late = new AbortController();
    const unused = itemsPromise<string, TestItem>('a', { listen }, late.signal);
    late.abort(Error('at once'));
    await expect(unused).rejects.toThrow('at once');
    await flush();
    expect(listen).not.toHaveBeenCalled();
  });
});

describe('a promised renewal', () => {
  type Listeners = Parameters<typeof renewalPromise<TestItem>>[1];
  const asked = () => {
    const listeners: Listeners = new Set();
    const renewed = renewalPromise<TestItem>('a/0', listeners);
    return {
      listeners,
      renewed,
      emit: (emitted: object | undefined) => {
        for (const listener of [...listeners]) listener(emitted as never);
      },
    };
  };

  it('comes with its item, and no other', async () => {
    const { listeners, renewed, emit } = asked();
    emit({ type: 'item.renewed', item: { id: 'b/0' }, id: 'b' });
    emit({ type: 'item.renewFailed', id: 'b/0', failure: createFailure('busy', '') });
    emit({ type: 'item.added', item: { id: 'a/0' }, id: 'a' });
    expect(listeners.size).toBe(1);
    emit({ type: 'item.renewed', item: { id: 'a/0' }, id: 'a' });
    expect(listeners.size).toBe(0);
    await expect(renewed).resolves.toEqual({ id: 'a/0' });
  });

  it('says why there is none', async () => {
    const failed = asked();
    failed.emit({ type: 'item.renewFailed', id: 'a/0', failure: createFailure('busy', 'later') });
    expect(failed.listeners.size).toBe(0);
    await expect(failed.renewed).rejects.toMatchObject({ code: 'busy', message: 'later' });
    const stopped = asked();
    stopped.emit(undefined);
    expect(stopped.listeners.size).toBe(0);
    await expect(stopped.renewed).rejects.toBeInstanceOf(GenerationError);
    await expect(stopped.renewed).rejects.toMatchObject({
      code: 'interrupted',
      message: 'Item a/0 was not renewed: the client was stopped first. Renew it again.',
      failure: { charged: 'no' },
    });
  });
});
