import { GenerationError, type GenerationStore, type StoredGeneration } from 'generation-lifecycle';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type AnyActorLogic, createActor, setup } from 'xstate';
import { backendHold } from '../../../src/machines/client/backend-hold.js';
import { checkedStore } from '../../../src/machines/client/checked-store.js';
import { clientActors } from '../../../src/machines/client/client.actors.js';
import { clientBench, flush, type Item } from '../../support/client-bench.js';
import { anything } from '../../support/misbehaving-page.js';

type Sent = { readonly type: string; readonly [name: string]: unknown };

/** Runs a child as the client does, and keeps what it reports. */
function running(child: unknown) {
  const reported: Sent[] = [];
  const parent = createActor(
    setup({
      actors: { child: child as AnyActorLogic },
      actions: { keep: ({ event }) => reported.push(event as Sent) },
    }).createMachine({ invoke: { src: 'child', id: 'child' }, on: { '*': { actions: 'keep' } } }),
  ).start();
  onTestFinished(() => void parent.stop());
  return {
    reported,
    types: () => reported.map(({ type }) => type),
    send: (event: Sent) => parent.getSnapshot().children['child']?.send(event),
    stop: () => parent.stop(),
  };
}

/** A store each of whose readings is answered by the test. */
function slowStore() {
  const answers: {
    readonly resolve: (found: readonly StoredGeneration[]) => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  const { store: whole } = clientBench();
  const readGenerations = () =>
    new Promise<readonly StoredGeneration[]>((resolve, reject) => {
      answers.push({ resolve, reject });
    });
  return { answers, actors: clientActors<Item>(checkedStore<Item>({ ...whole, readGenerations }), 10) };
}

const found = (id: string): readonly StoredGeneration[] => [
  { version: 1, token: { version: 1, id, idempotencyKey: id, cancelRequested: false }, createdAt: 1, updatedAt: 1 },
];
const read = { type: 'read' } as const;
const outdate = { type: 'outdate' } as const;
const idsOf = ({ stored }: Sent) => (stored as readonly StoredGeneration[]).map(({ token }) => token.id);

/** The readings that were reported; histories are told besides. */
const readings = ({ reported }: ReturnType<typeof running>) => reported.filter(({ type }) => type !== 'histories.read');

it('takes a late answer until a newer one has come, and none after it', async () => {
  const { answers, actors } = slowStore();
  const reader = running(actors.storeReader);
  reader.send(read);
  reader.send(read);
  reader.send(read);
  answers[1]?.resolve(found('second'));
  await flush();
  answers[0]?.resolve(found('first'));
  await flush();
  answers[2]?.resolve(found('third'));
  await flush();
  expect(readings(reader).map(idsOf)).toEqual([['second'], ['third']]);
  expect(readings(reader).map(({ isOutdated }) => isOutdated)).toEqual([false, false]);
});

it('marks the last answer as outdated by a change, and drops an earlier one', async () => {
  const { answers, actors } = slowStore();
  const reader = running(actors.storeReader);
  reader.send(read);
  reader.send(read);
  reader.send(outdate);
  answers[0]?.resolve(found('first'));
  await flush();
  expect(readings(reader)).toEqual([]);
  answers[1]?.resolve(found('second'));
  await flush();
  expect(readings(reader)).toMatchObject([{ type: 'store.read', isOutdated: true }]);
  reader.send(read);
  answers[2]?.resolve(found('third'));
  await flush();
  expect(readings(reader)[1]).toMatchObject({ type: 'store.read', isOutdated: false });
});

it('takes an answer that was outdated if no reading has begun since', async () => {
  const { answers, actors } = slowStore();
  const reader = running(actors.storeReader);
  reader.send(read);
  reader.send(outdate);
  reader.send(read);
  answers[1]?.resolve(found('second'));
  await flush();
  expect(readings(reader)).toMatchObject([{ type: 'store.read', isOutdated: false }]);
});

it('tells the failure of the last reading only', async () => {
  const { answers, actors } = slowStore();
  const reader = running(actors.storeReader);
  reader.send(read);
  reader.send(read);
  answers[0]?.reject(Error('no disk'));
  await flush();
  expect(readings(reader)).toEqual([]);
  answers[1]?.reject(new GenerationError({ code: 'storage-full', message: 'full' }));
  await flush();
  expect(readings(reader)).toEqual([{ type: 'store.readFailed', storageError: 'storage-full' }]);
});

it('reads the generations before the items, and at most as many items as are shown', async () => {
  const { store: whole } = clientBench();
  const calls: string[] = [];
  const store: GenerationStore<Item> = {
    ...whole,
    readGenerations: async () => {
      await flush();
      calls.push('generations');
      return [];
    },
    readItems: async limit => {
      calls.push(`items ${limit}`);
      return [];
    },
  };
  const reader = running(clientActors<Item>(checkedStore<Item>(store), 10).storeReader);
  reader.send(read);
  await vi.waitFor(() => expect(reader.types()).toContain('store.read'), { timeout: 30_000 });
  expect(calls).toEqual(['generations', 'items 10']);
});

it('reads histories with each reading, and does without them', async () => {
  const { store: whole } = clientBench();
  const history = { version: 1, samples: [] };
  const reading = running(
    clientActors<Item>(checkedStore<Item>({ ...whole, readHistories: async () => anything({ a: history }) }), 1)
      .storeReader,
  );
  reading.send(read);
  const failing = running(
    clientActors<Item>(checkedStore<Item>({ ...whole, readHistories: () => Promise.reject(Error('no disk')) }), 1)
      .storeReader,
  );
  failing.send(read);
  await flush();
  await flush();
  expect(reading.types().sort()).toEqual(['histories.read', 'store.read']);
  expect(failing.types()).toEqual(['store.read']);
});

it('reports a change of the store, and an erased one as such, until it is stopped', () => {
  const { store: whole } = clientBench();
  let onChange: (change?: 'erased') => void = () => {};
  const unwatch = vi.fn();
  const watcher = running(
    clientActors<Item>(
      checkedStore<Item>({
        ...whole,
        watch: listener => {
          onChange = listener;
          return unwatch;
        },
      }),
      1,
    ).storeChanges,
  );
  onChange();
  onChange('erased');
  expect(watcher.reported).toEqual([{ type: 'store.changed' }, { type: 'store.erased' }]);
  expect(unwatch).not.toHaveBeenCalled();
  watcher.stop();
  expect(unwatch).toHaveBeenCalledOnce();
});

it('reports each write with the id that it is about, and what was removed', async () => {
  const { store: whole } = clientBench();
  let isFull = false;
  const calls: unknown[] = [];
  const note = async (...call: unknown[]) => {
    if (isFull) throw new GenerationError({ code: 'storage-full', message: 'full' });
    calls.push(call);
  };
  const writer = running(
    clientActors<Item>(
      checkedStore<Item>({
        ...whole,
        removeItems: ids => note('removeItems', ids),
        clearItems: async () => {
          await note('clearItems');
          return ['x/0', 'y/0'];
        },
        updateGeneration: async (id, change) => {
          await note('updateGeneration', id, change(found(id)[0]));
          return undefined;
        },
        updateHistory: key => note('updateHistory', key),
      }),
      1,
    ).storeWriter,
  );
  const ended = { status: 'completed' } as const;
  const messages: readonly Sent[] = [
    { type: 'removeItems', ids: ['a/0'] },
    { type: 'clear' },
    { type: 'endGeneration', id: 'a', ended, now: 7 },
    { type: 'removeTombstone', id: 'b' },
    { type: 'addDuration', key: 'c', duration: { lowMs: 1, highMs: 2 } },
  ];
  for (const message of messages) {
    writer.send(message);
    await flush();
  }
  expect(calls).toEqual([
    ['removeItems', ['a/0']],
    ['clearItems'],
    ['updateGeneration', 'a', expect.objectContaining({ ended, updatedAt: 7 })],
    // What has not ended is no tombstone, so it stays.
    ['updateGeneration', 'b', found('b')[0]],
    ['updateHistory', 'c'],
  ]);
  expect(writer.reported).toEqual([
    { type: 'store.written', id: undefined },
    { type: 'items.removed', ids: [] },
    { type: 'store.written', id: undefined },
    { type: 'items.removed', ids: ['x/0', 'y/0'] },
    { type: 'store.written', id: 'a' },
    { type: 'store.written', id: 'b' },
    { type: 'store.written', id: undefined },
  ]);
  writer.reported.length = 0;
  isFull = true;
  for (const message of messages) {
    writer.send(message);
    await flush();
  }
  expect(writer.reported).toEqual(
    [undefined, undefined, 'a', 'b', undefined].map(id => ({
      type: 'store.writeFailed',
      id,
      storageError: 'storage-full',
    })),
  );
});

it('tells the other clients of an adapter until when to wait, also those that start later, and not the same one', () => {
  let now = 100;
  const adapter = anything<Parameters<typeof backendHold>[0]>({});
  const start = (own = adapter) => running(backendHold(own, () => now));
  const [one, other, elsewhere] = [start(), start(), start(anything({}))];
  one.send({ type: 'hold.set', until: 200 });
  expect(other.reported).toEqual([{ type: 'queue.held', until: 200 }]);
  expect(one.reported).toEqual([]);
  expect(elsewhere.reported).toEqual([]);
  expect(start().reported).toEqual([{ type: 'queue.held', until: 200 }]);
  now = 200;
  expect(start().reported).toEqual([]);
  other.stop();
  one.send({ type: 'hold.set', until: 300 });
  expect(other.reported).toHaveLength(1);
});
