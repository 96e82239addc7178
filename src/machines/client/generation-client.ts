import { type Actor, type ActorOptions, type AnyActorLogic, createActor } from 'xstate';
import { isSame } from '../equality.js';
import { GenerationError } from '../generation/generation.errors.js';
import { newId } from '../generation/generation.id.js';
import { type ClientMachine, type ClientMachineOptions, createClientMachine } from './client.machine.js';
import type { ClientEmitted, ClientGeneration, ClientView, GalleryItem, GenerationClient } from './client.types.js';
import { viewClient } from './client.view.js';

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

/** A listener's fault is its own: it is logged, and the others are called. */
function call<TArgument>(listener: (argument: TArgument) => void, argument: TArgument): void {
  try {
    listener(argument);
  } catch (error) {
    console.error(error);
  }
}

/** Why there will be no items. */
function toError<TOutput, TItem>(id: string, shown: ClientGeneration<TOutput, TItem> | undefined): GenerationError {
  if (shown?.failure) return new GenerationError(shown.failure);
  const end = shown?.status === 'cancelled' ? 'was cancelled' : 'is not followed here any more';
  return new GenerationError({
    code: 'interrupted',
    message: `Generation ${id} ${end}: there will be no items.`,
    charged: shown?.charged ?? 'maybe',
    job: shown?.job,
  });
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
  type News = ClientEmitted<Item>;

  const machine = createClientMachine(options);
  const listeners = new Set<{ readonly tell: () => void }>();
  const hearers = new Set<{ readonly type: string; readonly hear: (news: News) => void }>();
  /** Those who wait for items. */
  const waiting = new Set<(view: View, isOver: boolean) => void>();
  let actor: Actor<ClientMachine<TInput, TOutput, TDraft>> | undefined;
  let view: View = serverView;

  function running(): Actor<ClientMachine<TInput, TOutput, TDraft>> | undefined {
    if (isServer || actor) return actor;
    const begun = createActor(machine, { ...(inspect && { inspect }), ...(clock && { clock }) });
    actor = begun;
    let isTold = true;
    const look = () => {
      const next = viewClient<TOutput, Item>(begun.getSnapshot());
      if (isSame(view, next)) return;
      view = Object.freeze(next);
      isTold = false;
    };
    begun.on('*', news => {
      if (actor !== begun) return;
      // An actor emits before it shows: whoever hears of an item is to find it in the view.
      look();
      for (const { type, hear } of [...hearers]) if (type === '*' || type === news.type) call(hear, news);
    });
    begun.subscribe({
      next: () => {
        if (actor !== begun) return;
        look();
        if (isTold) return;
        isTold = true;
        for (const wait of [...waiting]) wait(view, false);
        for (const { tell } of [...listeners]) call(tell, undefined);
      },
      error: console.error,
    });
    return begun.start();
  }

  function promise(id: string, signal: AbortSignal | undefined): Promise<readonly Item[]> {
    const items = new Promise<readonly Item[]>((resolve, reject) => {
      const settle = (act: () => void) => {
        waiting.delete(look);
        signal?.removeEventListener('abort', giveUp);
        act();
      };
      const giveUp = () => settle(() => reject(signal?.reason));
      const look = ({ generations }: View, isOver: boolean) => {
        const shown = generations.find(generation => generation.id === id);
        if (shown?.status === 'completed') settle(() => resolve(shown.items));
        else if (isOver || !shown || shown.failure || shown.status === 'cancelled')
          settle(() => reject(toError(id, shown)));
      };
      signal?.addEventListener('abort', giveUp);
      if (signal?.aborted) return giveUp();
      // A command sent while the client tells of something is carried out after it.
      queueMicrotask(() => {
        if (signal?.aborted) return;
        waiting.add(look);
        look(view, false);
      });
    });
    // Who does not listen is not to hear of an unhandled rejection.
    items.catch(() => {});
    return items;
  }

  return {
    name: options.name,
    getServerSnapshot: () => serverView,
    getSnapshot: () => view,
    subscribe(tell) {
      const listener = { tell };
      listeners.add(listener);
      running();
      return () => {
        listeners.delete(listener);
      };
    },
    on(type, listener) {
      // A hearer is only told of its own kind.
      const hearer = { type, hear: listener as (news: News) => void };
      hearers.add(hearer);
      running();
      return () => {
        hearers.delete(hearer);
      };
    },
    send(command) {
      running()?.send(command);
    },
    generate(input, { id = newId(), signal } = {}) {
      const begun = running();
      if (!begun) {
        const message = `Client ${options.name} runs in a browser only: nothing was generated, and nothing is paid.`;
        throw new GenerationError({ code: 'bad-input', message });
      }
      begun.send({ type: 'GENERATE', id, input });
      return { id, items: promise(id, signal) };
    },
    stop() {
      actor?.stop();
      actor = undefined;
      for (const wait of [...waiting]) wait(view, true);
      view = serverView;
      for (const { tell } of [...listeners]) call(tell, undefined);
    },
  };
}
