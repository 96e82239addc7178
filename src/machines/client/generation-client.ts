import type { ActorOptions, AnyActorLogic } from 'xstate';
import { newId } from '../generation/generation.id.js';
import { requireMeta } from '../generation/generation.meta.js';
import { copyInput, isSameInput } from '../input.js';
import { callIsolated, isolatedInspect } from '../isolated.js';
import { getOwn } from '../json.js';
import { assertKnownOptions, assertText } from '../options.js';
import { assertStore } from './checked-store.js';
import { isKnownCommand } from './client.commands.js';
import { type ClientMachine, createClientMachine } from './client.machine.js';
import { type ClientMachineOptions, clientMachineOptionNames } from './client.options.js';
import type { GenerationStore } from './client.port.js';
import type { ClientCommand, ClientEmitted, GalleryItem, GenerationClient } from './client.types.js';
import { emptyView } from './client.view.js';
import { findWish, type Wish } from './client.wishes.js';
import { type ClientSession, startSession } from './client-session.js';
import { forgetAll } from './forget.js';
import { mergeLeft, runningOf } from './forgetting.context.js';
import { itemsPromise, type StopReason } from './items-promise.js';
import { renewalPromise } from './renewal-promise.js';
import { scopedStore, storeGate } from './scoped-store.js';

/** The parts and settings of a client. */
export type GenerationClientOptions<TInput, TOutput, TDraft extends object> = ClientMachineOptions<
  TInput,
  TOutput,
  TDraft
> & {
  /** Observes every actor, as XState's `inspect`. */
  readonly inspect?: ActorOptions<AnyActorLogic>['inspect'] | undefined;
  /**
   * Runs its timers: XState's `SimulatedClock`, in a test.
   * @defaultValue the platform's. In Node its timers keep the process alive only during the first read of the store and
   * while a generation runs
   */
  readonly clock?: ActorOptions<AnyActorLogic>['clock'] | undefined;
};

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
 * `subscribe`, `send` or `generate`. Rendering on a server calls none of them, so a module with a client can be
 * imported there. At the start the client finds what an earlier page left running, and emits it to listeners that were
 * added in the same moment.
 *
 * @throws TypeError if an option is missing or unknown, if `generation` is another machine, or if `concurrency` or
 *   `limit` is not a whole number above 0
 *
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
 *
 * @example
 * // In Node: a script that ends when the pictures are there.
 * const pictures = createGenerationClient({ name: 'pictures', generation: machine, toItems, store: memoryStore() });
 * console.log(await pictures.generate({ prompt: 'a lighthouse' }).items);
 */
export function createGenerationClient<TInput, TOutput, TDraft extends object>(
  options: GenerationClientOptions<TInput, TOutput, TDraft>,
): GenerationClient<TInput, TOutput, GalleryItem<TDraft>> {
  type Item = GalleryItem<TDraft>;
  type Emitted = ClientEmitted<Item>;
  type Session = ClientSession<TInput, TOutput, Item>;

  assertKnownOptions('createGenerationClient', options, [...clientMachineOptionNames, 'inspect', 'clock']);
  assertText('createGenerationClient', 'name', options.name);
  assertStore(options.name, options.store);
  const { inspect, clock, ...machineOptions } = options;
  let scope = machineOptions.scope;
  // A store's own type only says that its items have ids. Its key says that they are this client's.
  const store = options.store as GenerationStore<Item>;
  let gate = storeGate(store);
  let machine = createMachine(scope);
  const { environment } = requireMeta(options.generation, 'createGenerationClient() needs a machine');
  const subscribers = new Set<{ readonly listener: () => void }>();
  const listeners = new Set<{ readonly type: string; readonly listener: (emitted: Emitted) => void }>();
  /** Sent from a listener: the actor carries out a command only after all listeners were called. */
  const sentWishes = new Set<Wish<TInput> & { readonly ids: readonly string[] }>();
  let session: Session | undefined;
  /** Sessions that wait for an answer of the backend. */
  const leftSessions = new Set<{ readonly scope: string | undefined; readonly session: Session }>();

  function createMachine(next: string | undefined): ClientMachine<TInput, TOutput, TDraft> {
    return createClientMachine<TInput, TOutput, TDraft>({ ...machineOptions, scope: next, store: gate.store });
  }

  const notifySubscribers = () => {
    for (const { listener } of [...subscribers]) callIsolated(listener);
  };

  function start(): Session {
    session ??= startSession<TInput, TOutput, TDraft>(machine, {
      clock,
      inspect: inspect && isolatedInspect(inspect),
      onView: notifySubscribers,
      onEmitted: emitted => {
        for (const { type, listener } of [...listeners])
          if (type === '*' || type === emitted.type) callIsolated(listener, emitted);
      },
    });
    return session;
  }

  /** Ends everything that runs here, but for requests that may be charged. */
  function end(reason: StopReason): void {
    if (!session) return;
    const ended = { scope, session };
    session = undefined;
    leftSessions.add(ended);
    void ended.session.leave(reason).then(() => {
      leftSessions.delete(ended);
      // A store tells other tabs only what this session has stored.
      if (scope === ended.scope) session?.send({ type: 'store.changed' });
    });
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
      const ids = findWish(started.context(), wish, environment.now()) ?? sent?.ids;
      if (ids) return ids;
    }
    const ids = [id ?? newId(), ...Array.from({ length: count - 1 }, newId)] as const;
    const [first, ...others] = ids;
    started.send({ type: 'GENERATE', ...wish, id: first, others, isIdNew: id === undefined });
    if (!getOwn(started.context().entries, first)) {
      const sent = { ...wish, ids };
      sentWishes.add(sent);
      queueMicrotask(() => sentWishes.delete(sent));
    }
    return ids;
  }

  return {
    name: options.name,
    getServerSnapshot: () => emptyView,
    getSnapshot: () => session?.view() ?? emptyView,
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
      if (!isKnownCommand(command)) return;
      if (command.type === 'GENERATE') requestWish(command);
      // A member that cannot be read is the caller's error.
      else start().send({ ...command });
    },
    generate(input, { id, key, count, signal } = {}) {
      const ids = requestWish({ input, id, key, count });
      const own = start();
      const promises = ids.map(one => itemsPromise<TOutput, Item>(one, own, signal));
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
      const { renewalListeners, send } = start();
      const renewed = renewalPromise<Item>(id, renewalListeners);
      send({ type: 'RENEW', id });
      return renewed;
    },
    setScope(next) {
      if (next === scope) return;
      machine = createMachine(next);
      const wasStarted = session !== undefined;
      end('rescoped');
      scope = next;
      if (wasStarted) start();
      notifySubscribers();
    },
    forget({ cancel = false } = {}) {
      const own = scopedStore(options.name, store, scope);
      const wasStarted = session !== undefined;
      const running = session ? runningOf(session.view(), session.context()) : [];
      end('forgotten');
      const ended = [...leftSessions].filter(one => one.scope === scope);
      const left = Promise.all(ended.map(one => one.session.leave('forgotten')));
      const { erased, forgotten } = forgetAll({
        store: own,
        name: options.name,
        generation: machineOptions.generation,
        clock,
        running,
        left: left.then(mergeLeft),
        isCancelled: cancel,
      });
      // What is left of the sessions before does not wait for the erasing, which waits for it.
      gate = storeGate(store);
      void gate.close(() => erased);
      machine = createMachine(scope);
      if (wasStarted) start();
      notifySubscribers();
      return forgotten;
    },
  };
}
