import { type Actor, type ActorOptions, type AnyActorLogic, createActor } from 'xstate';
import { isSame } from '../equality.js';
import { GenerationError } from '../generation/generation.errors.js';
import { newId } from '../generation/generation.id.js';
import { type ClientMachine, type ClientMachineOptions, createClientMachine } from './client.machine.js';
import type { ClientEmitted, ClientView, GalleryItem, GenerationClient } from './client.types.js';
import { viewClient } from './client.view.js';
import { itemsPromise, type ViewListener } from './items-promise.js';

/** What a client is made of, and how it is run. */
export type GenerationClientOptions<TInput, TOutput, TDraft extends object> = ClientMachineOptions<
  TInput,
  TOutput,
  TDraft
> & {
  /** Hears what every actor does, as XState's `inspect`. */
  readonly inspect?: ActorOptions<AnyActorLogic>['inspect'] | undefined;
  /** What moves its timers: XState's `SimulatedClock`, in a test. @defaultValue the platform's */
  readonly clock?: ActorOptions<AnyActorLogic>['clock'] | undefined;
  /** Where nothing may run. @defaultValue where there is no `window` */
  readonly isServer?: boolean | undefined;
};

const serverView: ClientView<never, never> = Object.freeze({
  generations: Object.freeze([]),
  items: Object.freeze([]),
  isReady: false,
  storageError: undefined,
});

/** A listener that throws is logged, and the others are called. */
function call<TArgument>(listener: (argument: TArgument) => void, argument: TArgument): void {
  try {
    listener(argument);
  } catch (error) {
    console.error(error);
  }
}

/**
 * A client, for any framework. Made once, at module scope, also on a server, where nothing runs. In a browser the first
 * `subscribe`, `on`, `send` or `generate` begins: what an earlier page has left running is found again then, and not
 * sooner, so that whoever listens hears of it.
 *
 * @throws TypeError if `concurrency` or `limit` is no whole number above 0
 * @example
 * const pictures = createGenerationClient({
 *   name: 'pictures',
 *   generation: createGenerationMachine(fileBackend({ kind: 'image' }), { environment: browserEnvironment() }),
 *   toItems: ({ files }) => files.map(({ url, metadata }) => ({ url, prompt: metadata.prompt })),
 *   store: localStore({ key: 'pictures', limit: 50 }),
 *   locks: browserLocks(),
 *   environment: browserEnvironment(),
 * });
 *
 * pictures.on('generation.completed', ({ items }) => toast(`${items.length} done`));
 * pictures.subscribe(() => render(pictures.getSnapshot()));
 * const { items } = pictures.generate({ prompt: 'a lighthouse' });
 */
export function createGenerationClient<TInput, TOutput, TDraft extends object>({
  inspect,
  clock,
  isServer = typeof window === 'undefined',
  ...options
}: GenerationClientOptions<TInput, TOutput, TDraft>): GenerationClient<TInput, TOutput, GalleryItem<TDraft>> {
  type Item = GalleryItem<TDraft>;
  type View = ClientView<TOutput, Item>;
  type Emitted = ClientEmitted<Item>;

  const machine = createClientMachine(options);
  const subscribers = new Set<{ readonly listener: () => void }>();
  const listeners = new Set<{ readonly type: string; readonly listener: (emitted: Emitted) => void }>();
  const viewListeners = new Set<ViewListener<TOutput, Item>>();
  let actor: Actor<ClientMachine<TInput, TOutput, TDraft>> | undefined;
  let view: View = serverView;

  const notifySubscribers = () => {
    for (const { listener } of [...subscribers]) call(listener, undefined);
  };

  function start(): Actor<ClientMachine<TInput, TOutput, TDraft>> | undefined {
    if (isServer || actor) return actor;
    const started = createActor(machine, { ...(inspect && { inspect }), ...(clock && { clock }) });
    actor = started;
    let isNotified = true;
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
      for (const { type, listener } of [...listeners])
        if (type === '*' || type === emitted.type) call(listener, emitted);
    });
    started.subscribe({
      next: () => {
        if (actor !== started) return;
        update();
        if (isNotified) return;
        isNotified = true;
        for (const onView of [...viewListeners]) onView(view, false);
        notifySubscribers();
      },
      error: console.error,
    });
    return started.start();
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
      start();
      return () => {
        listeners.delete(entry);
      };
    },
    send(command) {
      start()?.send(command);
    },
    generate(input, { id = newId(), signal } = {}) {
      const started = start();
      if (!started) {
        const message = `Client ${options.name} runs in a browser only: nothing was generated, and nothing is paid.`;
        throw new GenerationError({ code: 'bad-input', message });
      }
      started.send({ type: 'GENERATE', id, input });
      return { id, items: itemsPromise(id, () => view, viewListeners, signal) };
    },
    stop() {
      actor?.stop();
      actor = undefined;
      for (const onView of [...viewListeners]) onView(view, true);
      view = serverView;
      notifySubscribers();
    },
  };
}
