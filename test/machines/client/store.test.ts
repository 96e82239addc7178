import { type ClientCommand, GenerationError, type GenerationStore } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { clientBench, done, flush, type Input, type Item } from '../../support/client-bench.js';

const questions = [
  'readGenerations',
  'updateGeneration',
  'readItems',
  'upsertItems',
  'removeItems',
  'clearItems',
] as const;
const methods = [...questions, 'watch'] as const;
type Method = (typeof methods)[number];

const full = () => new GenerationError({ code: 'storage-full', message: 'There is no room.' });
const reject = (error: Error) => () => Promise.reject(error);
const hang = () => new Promise<never>(() => {});
const throwNow = () => {
  throw Error('no storage here');
};

/** A store of which single methods fail, until they are mended. */
function faultyStore(whole: GenerationStore<Item> = memoryStore<Item>()) {
  const faults = new Map<Method, () => never | Promise<never>>();
  const calls: Method[] = [];
  const store = new Proxy(whole, {
    get(target, name: Method) {
      return (...args: never[]) => {
        calls.push(name);
        const fault = faults.get(name);
        return fault ? fault() : Reflect.apply(target[name], target, args);
      };
    },
  });
  return { store, whole, faults, calls };
}

/** What is warned of from now on, instead of printed. */
function listenForWarnings(): () => readonly string[] {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  return () => warn.mock.calls.map(([text]) => text);
}

const wrongAnswer = (method: Method) =>
  `generation-lifecycle: The store's ${method} resolved to a value that the type GenerationStore does not allow. The call counts as failed: correct the store.`;

describe('a store that fails', () => {
  it.each([
    ['throws', throwNow],
    ['rejects', reject(Error('no storage here'))],
    ['hangs', hang],
  ])('and %s in every call leaves a client that goes on in memory, and shows the error', async (_, fault) => {
    const { store, faults } = faultyStore();
    for (const method of questions) {
      faults.set(method, fault);
    }
    if (fault === throwNow) faults.set('watch', fault);
    const bench = clientBench({ store });
    const page = await bench.open();
    await page.generate('a');
    await bench.advance(2_000);
    expect(page.view()).toMatchObject({ isReady: true, storageError: 'storage-unavailable' });
    expect(page.statuses()).toEqual({ a: 'polling' });
    bench.finish('job-1', done('job-1', 2));
    await bench.advance(10_000);
    expect(page.statuses()).toEqual({ a: 'completed' });
    expect(page.items()).toEqual(['a/0', 'a/1']);
    expect(page.view().storageError).toBe('storage-unavailable');
    expect(page.emittedNames()).toEqual([
      'generation.started a',
      'generation.completed a',
      'item.added a/0',
      'item.added a/1',
    ]);
    await page.send({ type: 'REMOVE', id: 'a/0' });
    expect(page.items()).toEqual(['a/1']);
    await page.send({ type: 'CLEAR' });
    await bench.advance(120_000);
    expect(page.items()).toEqual([]);
    expect(bench.submits).toHaveLength(1);
    expect(page.emittedNames().filter(name => name.startsWith('generation.completed'))).toHaveLength(1);
  });

  const nonsense: readonly unknown[] = [undefined, null, 7, 'none', {}, [null], [7, 'a'], [{ id: 7 }], [[]], true];

  const isNoList = (answer: unknown) => !Array.isArray(answer);
  /** What each type does not allow as a whole. A list is allowed, whatever is in it, except the answers to an upsert. */
  const forbids: Readonly<Record<Method, (answer: unknown) => boolean>> = {
    readGenerations: isNoList,
    updateGeneration: answer => answer !== undefined && answer !== null,
    readItems: isNoList,
    upsertItems: () => true,
    removeItems: () => false,
    clearItems: isNoList,
    watch: () => false,
  };

  it.each(methods.flatMap(method => nonsense.map(answer => ({ method, answer }))))(
    'by answering $method with $answer leaves a client that submits once, emits once and goes on',
    async ({ method, answer }) => {
      const warnings = listenForWarnings();
      const { store, faults } = faultyStore();
      faults.set(method, (() => answer) as () => never);
      const bench = clientBench({ store });
      const page = await bench.open();
      const { items } = await page.generate('a');
      bench.finish('job-1');
      await bench.advance(10_000);
      await expect(items).resolves.toMatchObject([{ id: 'a/0' }]);
      expect(page.statuses()).toEqual({ a: 'completed' });
      expect(page.emittedNames()).toEqual(['generation.started a', 'generation.completed a', 'item.added a/0']);
      for (const id of page.items()) await page.send({ type: 'REMOVE', id });
      await page.send({ type: 'CLEAR' });
      // What is in no list is no reason to stop, either.
      await page.generate('b');
      bench.finish('job-2');
      await bench.advance(60_000);
      expect(page.statuses()).toMatchObject({ b: 'completed' });
      expect(page.emittedNames().filter(name => name === 'generation.completed a')).toHaveLength(1);
      expect(bench.submits).toHaveLength(2);
      expect([...new Set(warnings())]).toEqual(forbids[method](answer) ? [wrongAnswer(method)] : []);
    },
  );

  it('to answer as its type says counts as unavailable, and valid entries are shown', async () => {
    const warnings = listenForWarnings();
    const { store, whole, faults } = faultyStore();
    await whole.upsertItems([{ id: 'old', url: 'https://files.test/old.png', prompt: 'old' }]);
    const right = await whole.readItems();
    faults.set('readItems', (async () => [null, ...right, { id: 7 }]) as () => Promise<never>);
    const bench = clientBench({ store });
    const page = await bench.open();
    await bench.advance(1_000);
    expect(page.items()).toEqual(['old']);
    expect(page.view().storageError).toBeUndefined();
    faults.set('upsertItems', (async () => undefined) as () => Promise<never>);
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(page.view().storageError).toBe('storage-unavailable');
    expect(await bench.storedGenerations()).toEqual(['a']);
    expect(warnings()).toEqual([wrongAnswer('upsertItems')]);
  });

  it('to tell what it did with each item has stored none of them', async () => {
    const warnings = listenForWarnings();
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    for (const [index, answer] of [['added'], ['added', 'kept'], [undefined, 'added']].entries()) {
      faults.set('upsertItems', (async () => answer) as () => Promise<never>);
      const { items } = await page.generate(`g-${index}`);
      bench.finish(`job-${index + 1}`, done(`job-${index + 1}`, 2));
      await bench.advance(10_000);
      await expect(items).resolves.toHaveLength(2);
      expect(page.view().storageError).toBe('storage-unavailable');
    }
    expect(new Set(warnings())).toEqual(new Set([wrongAnswer('upsertItems')]));
    expect(await bench.storedGenerations()).toEqual(['g-0', 'g-1', 'g-2']);
  });

  it('to hold generations only has those followed that are some', async () => {
    const { store, whole } = faultyStore();
    const bench = clientBench({ store });
    const first = await bench.open();
    await first.generate('a');
    await first.close();
    const strange: readonly unknown[] = [null, 7, {}, { token: null }, { token: { id: 7 } }];
    const readGenerations = async () => [...(strange as []), ...(await whole.readGenerations())];
    const second = await bench.open({ store: { ...whole, readGenerations } });
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(second.view()).toMatchObject({ isReady: true, items: [{ id: 'a/0' }], storageError: undefined });
    expect(second.statuses()).toEqual({ a: 'completed' });
  });

  it('and is full keeps the item on the page, shows storage-full, emits once, and stores it when there is room', async () => {
    const { store, whole, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    await page.generate('old');
    bench.finish('job-1');
    await bench.advance(5_000);
    faults.set('upsertItems', reject(full()));
    const { items } = await page.generate('a');
    bench.finish('job-2');
    await bench.advance(5_000);
    expect(page.items()).toEqual(['a/0', 'old/0']);
    expect(page.view().storageError).toBe('storage-full');
    expect(page.statuses()).toEqual({ old: 'completed', a: 'completed' });
    await expect(items).resolves.toMatchObject([{ id: 'a/0' }]);
    // The job is still stored: it is paid for, and a reload has to find it.
    expect(await bench.storedGenerations()).toEqual(['a']);

    faults.delete('upsertItems');
    await page.send({ type: 'REMOVE', id: 'old/0' });
    await bench.advance(1_000);
    expect((await whole.readItems()).map(({ id }) => id)).toEqual(['a/0']);
    expect(page.view().storageError).toBeUndefined();
    expect(page.items()).toEqual(['a/0']);
    expect(await bench.storedGenerations()).toEqual([]);
    expect(page.emittedNames().filter(name => name.endsWith(' a') || name.endsWith(' a/0'))).toEqual([
      'generation.started a',
      'generation.completed a',
      'item.added a/0',
    ]);
  });

  it('and is full is tried again after a while', async () => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    faults.set('upsertItems', reject(full()));
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(5_000);
    faults.delete('upsertItems');
    await bench.advance(30_000);
    expect(await bench.storedItems()).toEqual(['a/0']);
    expect(page.view().storageError).toBeUndefined();
  });

  it('and is full loses nothing by a reload: the job is read again, stored, and not emitted twice', async () => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const first = await bench.open();
    faults.set('upsertItems', reject(full()));
    await first.generate('a');
    bench.finish('job-1');
    await bench.advance(5_000);
    await first.close();
    faults.delete('upsertItems');
    const second = await bench.open();
    await bench.advance(5_000);
    expect(second.items()).toEqual(['a/0']);
    expect(second.emitted).toEqual([]);
    expect(bench.submits).toHaveLength(1);
  });

  it('and is full is not tried again for a dismissed generation', async () => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    faults.set('upsertItems', reject(full()));
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(5_000);
    await page.send({ type: 'DISMISS', id: 'a' });
    await bench.advance(60_000);
    expect(await bench.storedGenerations()).toEqual([]);
    expect(await bench.storedItems()).toEqual([]);
    expect(bench.locks.count('pictures/a')).toBe(0);
  });

  it('for a moment is read again', async () => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const first = await bench.open();
    await first.generate('a');
    await first.close();
    faults.set('readGenerations', reject(Error('blocked')));
    const second = await bench.open();
    expect(second.view()).toMatchObject({ isReady: true, storageError: 'storage-unavailable', generations: [] });
    faults.delete('readGenerations');
    await bench.advance(30_000);
    expect(second.statuses()).toEqual({ a: 'polling' });
    expect(second.view().storageError).toBeUndefined();
  });

  it('to answer soon is waited for: a late answer counts', async () => {
    const { store, whole, faults } = faultyStore();
    const bench = clientBench({ store });
    const first = await bench.open();
    await first.generate('a');
    await first.close();
    let answer: () => void = () => {};
    faults.set('readItems', () => new Promise<never>((_, refuse) => (answer = () => refuse(undefined))));
    const second = await bench.open();
    expect(second.view().isReady).toBe(false);
    await bench.advance(2_000);
    expect(second.view()).toMatchObject({ isReady: true, storageError: 'storage-unavailable' });
    faults.delete('readItems');
    answer();
    await bench.advance(31_000);
    expect(second.statuses()).toEqual({ a: 'polling' });
    expect((await whole.readGenerations()).length).toBe(1);
  });

  it('to store a new generation has the submit sent once all the same', async () => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    faults.set('updateGeneration', hang);
    await page.generate('a');
    expect(bench.submits).toEqual([]);
    await bench.advance(2_000);
    expect(bench.submits).toHaveLength(1);
    expect(page.view().storageError).toBe('storage-unavailable');
    faults.delete('updateGeneration');
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.items()).toEqual(['a/0']);
    expect(page.view().storageError).toBeUndefined();
  });

  it('to store a new generation gets the job later, so that a reload finds it', async () => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    faults.set('updateGeneration', reject(full()));
    await page.generate('a');
    faults.delete('updateGeneration');
    await bench.advance(2_000);
    expect(page.view().storageError).toBeUndefined();

    await page.close();
    const next = await bench.open();
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(next.items()).toEqual(['a/0']);
    expect(bench.submits).toHaveLength(1);
  });

  it('to store anything but the end keeps a failure that can be resumed', async () => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store, policy: { deadlineMs: 3_000 } });
    const page = await bench.open();
    faults.set('updateGeneration', reject(full()));
    await page.generate('a');
    await bench.advance(2_000);
    faults.delete('updateGeneration');
    await bench.advance(40_000);
    await page.close();
    expect((await bench.open()).generation('a')).toMatchObject({ status: 'failed', canResume: true });
  });

  it('to store a new generation and its items gets both later, and the items are emitted once', async () => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    faults.set('updateGeneration', reject(full())).set('upsertItems', reject(full()));
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(1_000);
    expect(page.items()).toEqual(['a/0']);
    faults.delete('updateGeneration');
    await bench.advance(30_000);

    await page.close();
    faults.clear();
    const next = await bench.open();
    await bench.advance(5_000);
    expect(next.items()).toEqual(['a/0']);
    expect(next.emittedNames()).toEqual([]);
  });

  it('to store the job is tried again until it has it', async () => {
    const { store, whole, faults } = faultyStore();
    const bench = clientBench({ store, script: { submit: () => {} } });
    const page = await bench.open();
    await page.generate('a');
    faults.set('updateGeneration', reject(Error('busy')));
    bench.submits[0]?.answer({ job: { id: 'job-1' } });
    await bench.advance(3_000);
    expect((await whole.readGenerations())[0]?.token.job).toBeUndefined();
    faults.delete('updateGeneration');
    await bench.advance(1_000);
    expect((await whole.readGenerations())[0]?.token.job).toEqual({ id: 'job-1' });
  });

  it('to store an end shows its error until the end is stored, also if it tells of no changes', async () => {
    const { store, faults } = faultyStore();
    faults.set('watch', (() => () => {}) as () => never);
    const bench = clientBench({ store });
    const page = await bench.open();
    await page.generate('a');
    await bench.advance(2_000);
    faults.set('updateGeneration', reject(Error('busy')));
    await page.send({ type: 'CANCEL', id: 'a' });
    await bench.advance(1_000);
    expect(page.statuses()).toEqual({ a: 'cancelled' });
    expect(page.view().storageError).toBe('storage-unavailable');
    faults.delete('updateGeneration');
    // After it, the client reads its store again.
    await page.send({ type: 'CLEAR' });
    await bench.advance(1_000);
    expect(await bench.storedGenerations()).toEqual([]);
    expect(page.view().storageError).toBeUndefined();
  });

  it('to remove a stored generation does not bring it back', async () => {
    const { store, whole, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    await page.generate('a');
    await bench.advance(1_000);
    faults.set('updateGeneration', reject(Error('busy')));
    await page.send({ type: 'CANCEL', id: 'a' });
    await bench.advance(1_000);
    expect((await whole.readGenerations()).length).toBe(1);
    faults.delete('updateGeneration');
    // Somebody else changes something.
    await whole.upsertItems([{ id: 'other', url: 'https://files.test/o.png', prompt: '' }]);
    await bench.advance(5_000);
    expect(page.statuses()).toEqual({ a: 'cancelled' });
    expect(await bench.storedGenerations()).toEqual([]);
    expect(bench.reads.every(({ at }) => at <= 1_000)).toBe(true);
  });
});

describe('removing', () => {
  it('shows why it has failed, until it succeeds', async () => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    await page.generate('a');
    bench.finish('job-1', done('job-1', 2));
    await bench.advance(2_000);
    faults.set('removeItems', reject(full()));
    await page.send({ type: 'REMOVE', id: 'a/0' });
    expect(page.view().storageError).toBe('storage-full');
    faults.clear();
    await page.send({ type: 'REMOVE', id: 'a/1' });
    expect(page.view().storageError).toBeUndefined();
  });

  it.each<['removeItems' | 'clearItems', () => ClientCommand<Input>]>([
    ['removeItems', () => ({ type: 'REMOVE', id: 'a/0' })],
    ['clearItems', () => ({ type: 'CLEAR' })],
  ])('is done again after %s had failed', async (method, command) => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(2_000);
    faults.set(method, reject(full()));
    await page.send(command());
    faults.clear();
    await page.generate('b');
    await bench.advance(2_000);
    expect(await bench.storedItems()).toEqual([]);
    expect(page.emittedNames().filter(name => name.startsWith('item.removed'))).toEqual(['item.removed a/0']);
    expect(page.view().storageError).toBeUndefined();
  });

  it.each<[string, ClientCommand<Input>]>([
    ['removed', { type: 'REMOVE', id: 'a/0' }],
    ['cleared', { type: 'CLEAR' }],
  ])('is final for items that wait to be stored: what was %s is not stored later', async (_, command) => {
    const { store, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    faults.set('upsertItems', reject(full())).set('removeItems', reject(full()));
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(2_000);
    await page.send(command);
    faults.clear();
    await bench.advance(40_000);
    expect(await bench.storedItems()).toEqual([]);
    expect(await bench.storedGenerations()).toEqual([]);
  });

  it('hides an item at once, however long the store takes, and whatever is read meanwhile', async () => {
    const { store, whole, faults } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(5_000);
    faults.set('removeItems', hang);
    await page.send({ type: 'REMOVE', id: 'a/0' });
    await whole.upsertItems([{ id: 'other', url: 'https://files.test/o.png', prompt: '' }]);
    await bench.advance(5_000);
    expect(page.items()).toEqual(['other']);
  });
});

describe('reading the store', () => {
  it('is done once for many changes that come together', async () => {
    const { store, calls, whole } = faultyStore();
    const bench = clientBench({ store });
    await bench.open();
    await bench.advance(1_000);
    const before = calls.filter(name => name === 'readItems').length;
    for (let count = 0; count < 100; count++) {
      await whole.upsertItems([{ id: `other-${count}`, url: 'https://files.test/o.png', prompt: '' }]);
    }
    await bench.advance(1_000);
    expect(calls.filter(name => name === 'readItems').length - before).toBeLessThanOrEqual(2);
  });

  it('asks for the newest items only, as many as are shown', async () => {
    const { store, whole } = faultyStore();
    for (const id of ['1', '2', '3']) await whole.upsertItems([{ id, url: 'https://files.test/o.png', prompt: '' }]);
    const page = await clientBench({ store, limit: 2 }).open();
    expect(page.items()).toEqual(['3', '2']);
  });

  it('ends with the page', async () => {
    const { store, calls, whole } = faultyStore();
    const bench = clientBench({ store });
    const page = await bench.open();
    await page.close();
    const before = calls.length;
    await whole.upsertItems([{ id: 'other', url: 'https://files.test/o.png', prompt: '' }]);
    await bench.advance(60_000);
    await flush();
    expect(calls.length).toBe(before);
  });
});
