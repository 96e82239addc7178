import {
  type Claimant,
  createGenerationMachine,
  createGenerationTool,
  type GenerationPolicy,
  type GenerationToolOptions,
  type JobUpdate,
  type ToolClaims,
  type ToolCommand,
  type ToolEmitted,
  type ToolItem,
  type ToolStore,
} from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { onTestFinished } from 'vitest';
import { type Script, scriptedAdapter } from './scripted-adapter.js';
import { flush, SimulatedWorld } from './simulated-world.js';

export type Input = { readonly prompt: string; readonly file?: Blob | undefined };
export type Output = { readonly urls: readonly string[] };
export type Draft = { readonly url: string; readonly prompt: string };
export type Item = ToolItem<Draft>;
export type News = ToolEmitted<Item>;
type ToolOptions = Partial<Omit<GenerationToolOptions<Input, Output, Draft>, 'store'>> & {
  readonly store?: ToolStore<Item>;
};

export const urlOf = (jobId: string, index = 0) => `https://files.test/${jobId}-${index}.png`;
export const done = (jobId: string, count = 1): JobUpdate<Output> => ({
  kind: 'succeeded',
  output: { urls: Array.from({ length: count }, (_, index) => urlOf(jobId, index)) },
});

/** The locks of one origin: whoever asks first holds a name, and the next one when it is let go. */
export function sharedClaims() {
  const queues = new Map<string, Claimant[]>();
  const tellFirst = (name: string) => {
    const first = queues.get(name)?.[0];
    if (first) queueMicrotask(() => queues.get(name)?.[0] === first && first.tell('held'));
  };
  const claims: ToolClaims = {
    claim(name, claimant) {
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      queue.push(claimant);
      if (queue.length === 1) tellFirst(name);
      return () => {
        const at = queue.indexOf(claimant);
        if (at >= 0) queue.splice(at, 1);
        if (at === 0) tellFirst(name);
      };
    },
  };
  return {
    claims,
    /** How many want the name, its holder included. */
    count: (name: string) => queues.get(name)?.length ?? 0,
    mayMove: (name: string) => queues.get(name)?.[0]?.mayMove(),
    /** The last one that waits gets it, and the holder waits behind. */
    async steal(name: string) {
      const queue = queues.get(name) ?? [];
      const [holder] = queue;
      queue.reverse();
      holder?.tell('lost');
      tellFirst(name);
      await flush();
    },
  };
}

export type BenchOptions = ToolOptions & {
  readonly policy?: Partial<GenerationPolicy> | undefined;
  readonly script?: Partial<Script<Output>> | undefined;
  readonly idempotentSubmit?: boolean | undefined;
};

/**
 * One backend, one store and one set of locks, on which pages are opened: two at once are two tabs, one after the other is a
 * reload. Jobs are `job-1`, `job-2`, …, read by polling, pending until the test says otherwise.
 */
export function toolBench({ policy, script = {}, idempotentSubmit, ...options }: BenchOptions = {}) {
  const world = new SimulatedWorld();
  const jobs = new Map<string, JobUpdate<Output>>();
  const scripted = scriptedAdapter<Input, Output>({
    now: () => world.clock.now(),
    without: ['events'],
    script: {
      submit: call => call.answer({ job: { id: `job-${scripted.submits.length}` } }),
      read: call => call.answer(jobs.get(jobOf(call.about)) ?? { kind: 'pending' }),
      cancel: call => call.answer(),
      events: () => {},
      ...script,
    },
  });
  const generation = createGenerationMachine(
    { ...scripted.adapter, idempotentSubmit },
    { policy, surroundings: world.surroundings },
  );
  const store: ToolStore<Item> = options.store ?? memoryStore<Item>();
  const locks = sharedClaims();

  /** Opens a page. */
  async function open(own: ToolOptions = {}) {
    const tool = createGenerationTool<Input, Output, Draft>({
      name: 'pictures',
      generation,
      toItems: ({ urls }, { description }) => urls.map(url => ({ url, prompt: String(description?.['prompt']) })),
      describe: ({ prompt }) => ({ prompt }),
      claims: locks.claims,
      surroundings: world.surroundings,
      clock: world.clock,
      isServer: false,
      ...options,
      store,
      ...own,
    });
    const news: News[] = [];
    tool.on('*', told => news.push(told));
    onTestFinished(() => tool.stop());
    await world.advance(0);
    return {
      tool,
      news,
      view: tool.getView,
      generation: (id: string) => tool.getView().generations.find(shown => shown.id === id),
      statuses: () => Object.fromEntries(tool.getView().generations.map(({ id, status }) => [id, status])),
      items: () => tool.getView().items.map(({ id }) => id),
      /** What was told, in words. */
      told: () =>
        news.filter(({ type }) => type !== 'generation.progressed').map(told => `${told.type} ${nameOf(told)}`),
      async send(command: ToolCommand<Input>) {
        tool.send(command);
        await flush();
      },
      async generate(id: string, prompt = 'a lighthouse') {
        const { items } = tool.generate({ prompt }, { id });
        await flush();
        return { items };
      },
      async close() {
        tool.stop();
        await flush();
      },
    };
  }

  return {
    ...scripted,
    world,
    store,
    locks,
    generation,
    open,
    advance: (ms: number) => world.advance(ms),
    finish(jobId: string, update: JobUpdate<Output> = done(jobId)) {
      jobs.set(jobId, update);
    },
    records: async () => (await store.readRecords()).map(({ token }) => token.id),
    stored: async () => (await store.readItems()).map(({ id }) => id),
  };
}

const nameOf = (told: News) => (told.type === 'item.added' ? told.item.id : told.id);

const jobOf = (about: unknown): string => String((about as { readonly id: unknown }).id);

export { flush };
