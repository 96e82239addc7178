import { expect, it, vi } from 'vitest';
import { scopedStore, storeGate } from '../../../src/machines/client/scoped-store.js';
import { clientBench, flush, type Item } from '../../support/client-bench.js';
import { anything } from '../../support/misbehaving-page.js';

const { store: whole } = clientBench();

it('is the store itself without a scope, and its part with one', () => {
  const withScope = vi.fn(() => whole);
  const store = { ...whole, withScope };
  expect(scopedStore('pictures', store, undefined)).toBe(store);
  expect(scopedStore('pictures', store, 'ann')).toBe(whole);
  expect(scopedStore('pictures', store, '')).toBe(whole);
  expect(withScope.mock.calls).toEqual([['ann'], ['']]);
});

it('needs a scope that is a text, and a store with scopes', () => {
  expect(() => scopedStore('pictures', whole, 5)).toThrow(
    new TypeError(
      'Client "pictures": the scope must be a text, and is of the type number. Pass the id of the user as a text.',
    ),
  );
  expect(() => scopedStore('pictures', { ...whole, withScope: undefined } as never, 'ann')).toThrow(
    new TypeError(
      'Client "pictures": its store has no withScope(), so it cannot keep scopes apart. Use localStore, indexedStore or memoryStore, or add withScope() to your store.',
    ),
  );
});

/** A store whose calls are noted, behind a gate. */
function gated(more: object = {}) {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given]);
      return [];
    };
  const store = {
    ...Object.fromEntries(
      [
        'readGenerations',
        'updateGeneration',
        'readItems',
        'upsertItems',
        'removeItems',
        'clearItems',
        'readHistories',
        'updateHistory',
      ].map(name => [name, note(name)]),
    ),
    ...more,
  };
  const gate = storeGate<Item>(anything(store));
  const change = () => undefined;
  const callAll = () => [
    gate.store.readGenerations(),
    gate.store.updateGeneration('a', change),
    gate.store.readItems(7),
    gate.store.upsertItems([]),
    gate.store.removeItems(['a/0']),
    gate.store.clearItems(),
    gate.store.readHistories?.(),
    gate.store.updateHistory?.('k', anything(change)),
  ];
  const all = [
    ['readGenerations'],
    ['updateGeneration', 'a', change],
    ['readItems', 7],
    ['upsertItems', []],
    ['removeItems', ['a/0']],
    ['clearItems'],
    ['readHistories'],
    ['updateHistory', 'k', change],
  ];
  return { gate, calls, callAll, all };
}

it('passes each call on at once while its gate is open', () => {
  const { calls, callAll, all } = gated();
  callAll();
  expect(calls).toEqual(all);
});

it.each(['resolve', 'reject'] as const)('holds all calls back until the work has ended: %s', async how => {
  const { gate, calls, callAll, all } = gated();
  let end = () => {};
  const work = gate.close(
    () =>
      new Promise<string>((resolve, reject) => {
        end = () => (how === 'resolve' ? resolve('done') : reject(Error('no disk')));
      }),
  );
  const answered = Promise.all(callAll());
  await flush();
  expect(calls).toEqual([]);
  end();
  if (how === 'resolve') await expect(work).resolves.toBe('done');
  else await expect(work).rejects.toThrow('no disk');
  await answered;
  expect(calls).toEqual(all);
  calls.length = 0;
  callAll();
  expect(calls).toEqual(all);
});

it('stays closed while a later work goes on', async () => {
  const { gate, calls } = gated();
  const ends: (() => void)[] = [];
  const wait = () => new Promise<void>(resolve => ends.push(resolve));
  void gate.close(wait);
  void gate.close(wait);
  ends[0]?.();
  await flush();
  const reading = gate.store.readGenerations();
  await flush();
  expect(calls).toEqual([]);
  ends[1]?.();
  await reading;
  expect(calls).toHaveLength(1);
});

it('tells of changes, but not of the erasing that it was closed for', async () => {
  let onChange: (change?: 'erased') => void = () => {};
  const { gate } = gated({
    watch: (listener: typeof onChange) => {
      onChange = listener;
      return () => {};
    },
  });
  const heard: unknown[] = [];
  gate.store.watch(change => heard.push(change));
  onChange();
  onChange('erased');
  let end = () => {};
  const work = gate.close(
    () =>
      new Promise<void>(resolve => {
        end = resolve;
      }),
  );
  onChange();
  onChange('erased');
  expect(heard).toEqual([undefined, 'erased', undefined]);
  end();
  await work;
  onChange('erased');
  expect(heard).toHaveLength(4);
});

it('keeps what a store without durations does not have from being needed', async () => {
  const { gate } = gated({ readHistories: undefined, updateHistory: undefined });
  expect(await gate.store.readHistories?.()).toEqual({});
  await expect(
    gate.store.updateHistory?.(
      'k',
      anything(() => {}),
    ),
  ).resolves.toBeUndefined();
  expect(gate.store.withScope).toBeUndefined();
});

it('guards the part of a scope, too', async () => {
  const part = gated();
  const { gate } = gated({ withScope: () => part.gate.store });
  let end = () => {};
  const work = gate.close(
    () =>
      new Promise<void>(resolve => {
        end = resolve;
      }),
  );
  const reading = gate.store.withScope?.('ann').readGenerations();
  await flush();
  expect(part.calls).toEqual([]);
  end();
  await Promise.all([work, reading]);
  expect(part.calls).toEqual([['readGenerations']]);
});
