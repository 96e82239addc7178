import { type Actor, type ActorOptions, type AnyActorLogic, createActor } from 'xstate';
import { isSame } from '../equality.js';
import { newId } from '../generation/generation.id.js';
import { copyInput, isSameInput } from '../input.js';
import { callIsolated, isolatedInspect } from '../isolated.js';
import { getOwn } from '../json.js';
import { assertKnownOptions } from '../options.js';
import {
  type ClientMachine,
  type ClientMachineOptions,
  clientMachineOptionNames,
  createClientMachine,
} from './client.machine.js';
import type { GenerationStore } from './client.port.js';
import type { ClientCommand, ClientEmitted, ClientView, GalleryItem, GenerationClient } from './client.types.js';
import { viewClient } from './client.view.js';
import { findWish, type Wish } from './client.wishes.js';
import { forgetAll } from './forget.js';
import { itemsPromise, type StopReason, type ViewListener } from './items-promise.js';
import { processClock } from './process-clock.js';
import { renewalPromise } from './renewal-promise.js';
import { scopedStore, storeGate } from './scoped-store.js';

/** What a client is made of, and how it is run. */
export type GenerationClientOptions<TInput, TOutput, TDraft extends object> = ClientMachineOptions<
  TInput,
  TOutput,
  TDraft
> & {
  /** Receives what every actor does, as XState's `inspect`. */
  readonly inspect?: ActorOptions<AnyActorLogic>['inspect'] | undefined;
  /**
   * Moves its timers: XState's `SimulatedClock`, in a test. @defaultValue the platform's; in Node they keep the process
   * alive only while the store is read for the first time and while a generation runs
   */
  readonly clock?: ActorOptions<AnyActorLogic>['clock'] | undefined;
};

const serverView: ClientView<never, never> = Object.freeze({
  generations: Object.freeze([]),
  items: Object.freeze([]),
  isReady: false,
  storageError: undefined,
});

type GenerateCommand<TInput> = Extract<ClientCommand<TInput>, { type: 'GENERATE' }>;

/** More variants than this are a mistake, and each one is charged. */
const mostVariants = 100;

function assertIdAndCount(id: unknown, count: number): void {
  // What is stored under another id could not be read again, and its job is charged.
  if (id !== undefined && (typeof id !== 'string' || id === '')) {
    const found = id === '' ? 'is empty' : `is of the type ${id === null ? 'null' : typeof id}`;
    throw new TypeError(`generate: the \`id\` must be a text that is not empty, and ${found}. Nothing is submitted.`);
  }
  const isCount = Number.isSafeInteger(count) && count > 0 && count <= mostVariants;
  if (!isCount) {
    throw new TypeError(
      `generate: \`count\` must be a whole number from 1 to ${mostVariants}, and is ${count}. Nothing is submitted.`,
    );
  }
  if (id !== undefined && count > 1) {
    throw new TypeError(
      'generate: with an `id`, `count` must be 1, because each variant needs an id. Nothing is submitted.',
    );
  }
}

/**
 * Creates a client, for any framework and for Node. Create it once, at module scope: nothing runs before the first
 * `subscribe`, `send` or `generate`. Rendering on a server calls none of them, and `on` starts nothing either, so a module
 * with a client can be imported there. What an earlier page has left running is found again at the start, and the
 * listeners that are added in the same moment receive it.
 *
 * @throws TypeError if there is an unknown option, `generation` is another machine, or `concurrency` or `limit` is not a
 *   whole number above 0
 * @example
 * const pictures = createGenerationClient({
 *   name: 'pictures',
 *   generation: createGenerationMachine(fileBackend({ kind: 'image' }), { environment: browserEnvironment() }),
 *   toItems: ({ files }) => files.map(({ url, metadata }) => ({ url, prompt: metadata.prompt })),
 *   store: localStore({ key: 'pictures', limit: 50 }),
 *   locks: browserLocks(),
 * });
 *
 * pictures.on('generation.completed', ({ items }) => toast(`${items.length} done`));
 * pictures.subscribe(() => render(pictures.getSnapshot()));
 * const { items } = pictures.generate({ prompt: 'a lighthouse' });
 * @example
 * // In Node: a script that ends when the pictures are there.
 * const pictures = createGenerationClient({ name: 'pictures', generation: machine, toItems, store: memoryStore() });
 * console.log(await pictures.generate({ prompt: 'a lighthouse' }).items);
 */
export function createGenerationClient<TInput, TOutput, TDraft extends object>(
  options: GenerationClientOptions<TInput, TOutput, TDraft>,
): GenerationClient<TInput, TOutput, GalleryItem<TDraft>> {
  type Item = GalleryItem<TDraft>;
  type View = ClientView<TOutput, Item>;
  type Emitted = ClientEmitted<Item>;

  assertKnownOptions('createGenerationClient', options, [...clientMachineOptionNames, 'inspect', 'clock']);
  const { inspect, clock, ...machineOptions } = options;
  let scope = machineOptions.scope;
  // A store's own type only says that its items have ids. Its key says that they are this client's.
  const store = options.store as GenerationStore<Item>;
  const gate = storeGate(store);
  const renewalListeners = new Set<(emitted: Emitted | undefined) => void>();
  let machine = createMachine(scope);
  const subscribers = new Set<{ readonly listener: () => void }>();
  const listeners = new Set<{ readonly type: string; readonly listener: (emitted: Emitted) => void }>();
  const viewListeners = new Set<ViewListener<TOutput, Item>>();
  /** Sent from a listener: the actor carries out a command only after all listeners were called. */
  const sentWishes = new Set<Wish<TInput> & { readonly ids: readonly string[] }>();
  let actor: Actor<ClientMachine<TInput, TOutput, TDraft>> | undefined;
  let view: View = serverView;

  function createMachine(next: string | undefined): ClientMachine<TInput, TOutput, TDraft> {
    return createClientMachine<TInput, TOutput, TDraft>({ ...machineOptions, scope: next, store: gate.store });
  }

  /** Ends everything that runs here. */
  function end(stopReason: StopReason): void {
    actor?.stop();
    actor = undefined;
    for (const onView of [...viewListeners]) onView(view, stopReason);
    for (const onRenewal of [...renewalListeners]) onRenewal(undefined);
    view = serverView;
  }

  const notifySubscribers = () => {
    for (const { listener } of [...subscribers]) callIsolated(listener);
  };

  function start(): Actor<ClientMachine<TInput, TOutput, TDraft>> {
    if (actor) return actor;
    const timers = processClock();
    const started = createActor(machine, {
      clock: clock ?? timers,
      ...(inspect && { inspect: isolatedInspect(inspect) }),
    });
    actor = started;
    let isNotified = true;
    let eraseCount = 0;
    const update = () => {
      const next = viewClient<TOutput, Item>(started.getSnapshot());
      if (isSame(view, next)) return;
      view = Object.freeze(next);
      isNotified = false;
    };
    started.on('*', emitted => {
      if (actor !== started) return;
      // An actor emits before it notifies its subscribers: a listener has to find the item in the view.
      update();
      for (const onRenewal of [...renewalListeners]) onRenewal(emitted);
      for (const { type, listener } of [...listeners])
        if (type === '*' || type === emitted.type) callIsolated(listener, emitted);
    });
    started.subscribe({
      next: () => {
        if (actor !== started) return;
        update();
        timers.setKeepAlive(!view.isReady || view.generations.some(({ isRunning }) => isRunning));
        if (isNotified) return;
        isNotified = true;
        const { context } = started.getSnapshot();
        const stopReason = context.eraseCount > eraseCount ? 'forgotten' : undefined;
        eraseCount = context.eraseCount;
        for (const onView of [...viewListeners]) onView(view, stopReason);
        notifySubscribers();
      },
      error: console.error,
    });
    return started.start();
  }

  /** The ids of the wish, which may be that of an earlier command. */
  function requestWish({ id, input, key, count = 1 }: Omit<GenerateCommand<TInput>, 'type'>): readonly string[] {
    assertIdAndCount(id, count);
    const wish = { input: copyInput(input), key, count };
    const started = start();
    if (id === undefined) {
      const sent = [...sentWishes].find(
        other => other.key === key && other.count === count && isSameInput(other.input, wish.input),
      );
      const ids = findWish(started.getSnapshot().context, wish) ?? sent?.ids;
      if (ids) return ids;
    }
    const ids = [id ?? newId(), ...Array.from({ length: count - 1 }, newId)] as const;
    const [first, ...others] = ids;
    started.send({ type: 'GENERATE', ...wish, id: first, others, isIdNew: id === undefined });
    if (!getOwn(started.getSnapshot().context.entries, first)) {
      const sent = { ...wish, ids };
      sentWishes.add(sent);
      queueMicrotask(() => sentWishes.delete(sent));
    }
    return ids;
  }

  return {
    name: options.name,
    getServerSnapshot: () => serverView,
    getSnapshot: () => view,
    subscribe(listener) {
      const subscriber = { listener };
      subscribers.add(subscriber);
      start();
      return () => {
        subscribers.delete(subscriber);
      };
    },
    on(type, listener) {
      // It is called with what it listens to only.
      const entry = { type, listener: listener as (emitted: Emitted) => void };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    send(command) {
      if (command.type === 'GENERATE') requestWish(command);
      else start().send(command);
    },
    generate(input, { id, key, count, signal } = {}) {
      const ids = requestWish({ input, id, key, count });
      const promises = ids.map(own => itemsPromise(own, () => view, viewListeners, signal));
      const items = Promise.all(promises).then(all => all.flat());
      // A caller who does not use the promise must not get an unhandled rejection.
      items.catch(() => {});
      return { id: String(ids[0]), ids, items };
    },
    stop() {
      end('stopped');
      notifySubscribers();
    },
    renew(id) {
      const renewed = renewalPromise<Item>(id, renewalListeners);
      start().send({ type: 'RENEW', id });
      return renewed;
    },
    setScope(next) {
      if (next === scope) return;
      machine = createMachine(next);
      scope = next;
      const wasStarted = actor !== undefined;
      end('rescoped');
      if (wasStarted) start();
      notifySubscribers();
    },
    forget({ cancel = false } = {}) {
      const wasStarted = actor !== undefined;
      const running = view.generations
        .filter(({ isRunning, status, job }) => isRunning && (status !== 'queued' || job))
        .map(({ id, job }) => ({ id, job, idempotencyKey: id }));
      end('forgotten');
      const scoped = scopedStore(options.name, store, scope);
      const forgotten = gate.close(() => forgetAll(scoped, machineOptions, running, cancel));
      if (wasStarted) start();
      notifySubscribers();
      return forgotten;
    },
  };
}
