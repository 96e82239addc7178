import {
  type ClientCommand,
  type ClientEmitted,
  createGenerationClient,
  createGenerationMachine,
  type GalleryItem,
  type GenerationAdapter,
  type GenerationClientOptions,
  type GenerationLocks,
  type GenerationPolicy,
  type GenerationStore,
  type JobUpdate,
  type LockHolder,
} from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { onTestFinished } from 'vitest';
import type { Actor, ActorRefLike, AnyActorLogic } from 'xstate';
import { type Script, scriptedAdapter } from './scripted-adapter.js';
import { flush, SimulatedWorld } from './simulated-world.js';

export type Input = { readonly prompt: string; readonly file?: Blob | undefined };
export type Output = { readonly urls: readonly string[] };
export type Draft = { readonly url: string; readonly prompt: string };
export type Item = GalleryItem<Draft>;
export type Emitted = ClientEmitted<Item>;
type ClientOptions = Partial<Omit<GenerationClientOptions<Input, Output, Draft>, 'store'>> & {
  readonly store?: GenerationStore<Item>;
};

export const urlOf = (jobId: string, index = 0) => `https://files.test/${jobId}-${index}.png`;
export const done = (jobId: string, count = 1): JobUpdate<Output> => ({
  kind: 'succeeded',
  output: { urls: Array.from({ length: count }, (_, index) => urlOf(jobId, index)) },
});

/** The locks of one origin: the first request holds a lock, and the next one gets it when it is released. */
export function sharedLocks() {
  const queues = new Map<string, LockHolder[]>();
  const grantFirst = (name: string) => {
    const first = queues.get(name)?.[0];
    if (first) queueMicrotask(() => queues.get(name)?.[0] === first && first.onChange('held'));
  };
  const locks: GenerationLocks = {
    request(name, holder) {
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      queue.push(holder);
      if (queue.length === 1) grantFirst(name);
      return () => {
        const at = queue.indexOf(holder);
        if (at >= 0) queue.splice(at, 1);
        if (at === 0) grantFirst(name);
      };
    },
  };
  return {
    locks,
    /** How many want the name, its holder included. */
    count: (name: string) => queues.get(name)?.length ?? 0,
    canRelease: (name: string) => queues.get(name)?.[0]?.canRelease(),
    /** The last one that waits gets it, and the holder waits behind. */
    async steal(name: string) {
      const queue = queues.get(name) ?? [];
      const [holder] = queue;
      queue.reverse();
      holder?.onChange('lost');
      grantFirst(name);
      await flush();
    },
  };
}

export type BenchOptions = ClientOptions & {
  readonly policy?: Partial<GenerationPolicy> | undefined;
  readonly script?: Partial<Script<Output>> | undefined;
  readonly idempotentSubmit?: GenerationAdapter<Input, Output>['idempotentSubmit'];
  readonly idempotencyWindowMs?: number | undefined;
  readonly origin?: string | undefined;
};

/**
 * One backend, one store and one set of locks, on which pages are opened: two at once are two tabs, one after the other is a
 * reload. Jobs are `job-1`, `job-2`, …, read by polling, pending until the test says otherwise.
 */
export function clientBench({
  policy,
  script: given = {},
  idempotentSubmit,
  idempotencyWindowMs,
  origin,
  ...options
}: BenchOptions = {}) {
  const world = new SimulatedWorld();
  const jobs = new Map<string, JobUpdate<Output>>();
  const script: Script<Output> = {
    submit: call => call.answer({ job: { id: `job-${scripted.submits.length}` } }),
    read: call => call.answer(jobs.get(jobOf(call.about)) ?? { kind: 'pending' }),
    cancel: call => call.answer(),
    events: () => {},
    ...given,
  };
  const scripted = scriptedAdapter<Input, Output>({ now: () => world.clock.now(), without: ['events'], script });
  /** The same backend under another origin. */
  const generationAt = (at: string | (() => string) | undefined) =>
    createGenerationMachine(
      { ...scripted.adapter, idempotentSubmit, idempotencyWindowMs, origin: at },
      { policy, environment: world.environment },
    );
  /** The same backend with other capabilities. */
  const withAdapter = (more: Partial<GenerationAdapter<Input, Output>>) => ({
    generation: createGenerationMachine(
      { ...scripted.adapter, idempotentSubmit, idempotencyWindowMs, origin, ...more },
      { policy, environment: world.environment },
    ),
  });
  const generation = generationAt(origin);
  const store: GenerationStore<Item> = options.store ?? memoryStore<Item>();
  const locks = sharedLocks();

  /** Opens a page. */
  async function open(own: ClientOptions = {}) {
    let root: ActorRefLike | undefined;
    const client = createGenerationClient<Input, Output, Draft>({
      name: 'pictures',
      generation,
      toItems: ({ urls }, { description }) => urls.map(url => ({ url, prompt: String(description?.['prompt']) })),
      describe: ({ prompt }) => ({ prompt }),
      locks: locks.locks,
      clock: world.clock,
      ...options,
      store,
      ...own,
      inspect:
        own.inspect ??
        options.inspect ??
        (({ rootId, actorRef }) => {
          if (actorRef.sessionId === rootId) root = actorRef;
        }),
    });
    const emitted: Emitted[] = [];
    client.on('*', event => emitted.push(event));
    client.subscribe(() => {});
    onTestFinished(() => client.stop());
    await world.advance(0);
    return {
      client,
      emitted,
      view: client.getSnapshot,
      generation: (id: string) => client.getSnapshot().generations.find(shown => shown.id === id),
      statuses: () => Object.fromEntries(client.getSnapshot().generations.map(({ id, status }) => [id, status])),
      items: () => client.getSnapshot().items.map(({ id }) => id),
      /** What was emitted, in words. */
      emittedNames: () =>
        emitted.filter(({ type }) => type !== 'generation.progressed').map(event => `${event.type} ${nameOf(event)}`),
      async send(command: ClientCommand<Input>) {
        client.send(command);
        await flush();
      },
      async generate(id: string, prompt = 'a lighthouse') {
        const { items } = client.generate({ prompt }, { id });
        await flush();
        return { items };
      },
      /** The page dies: nothing of it goes on. */
      async close() {
        (root as Actor<AnyActorLogic> | undefined)?.stop();
        client.stop();
        await flush();
      },
    };
  }

  return {
    ...scripted,
    script,
    world,
    store,
    locks,
    generation,
    generationAt,
    withAdapter,
    open,
    advance: (ms: number) => world.advance(ms),
    finish(jobId: string, update: JobUpdate<Output> = done(jobId)) {
      jobs.set(jobId, update);
    },
    storedGenerations: async () =>
      (await store.readGenerations()).filter(({ ended }) => !ended).map(({ token }) => token.id),
    storedItems: async () => (await store.readItems()).map(({ id }) => id),
  };
}

const nameOf = (event: Emitted) => (event.type === 'item.added' ? event.item.id : event.id);

const jobOf = (about: unknown): string => String((about as { readonly id: unknown }).id);

export { flush };
