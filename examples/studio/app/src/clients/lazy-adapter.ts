import { type GenerationAdapter, GenerationError } from 'generation-lifecycle';

/** What an adapter can do beyond a submit and a read. */
type Method = 'events' | 'cancel' | 'find' | 'cancelByKey';

/** What has to be known of an adapter before it is there, because charts and stored jobs are made of it. */
export type AdapterTraits = Pick<GenerationAdapter<never, never>, 'origin' | 'stream' | 'idempotentSubmit'> & {
  readonly can: readonly Method[];
};

/**
 * Loads an adapter when it is called for the first time. If it cannot be loaded, the call fails as one that has sent nothing, and the next
 * call tries again.
 *
 * @param traits of the adapter that `load` gives
 */
export function lazyAdapter<TInput, TOutput>(
  { can, ...traits }: AdapterTraits,
  load: () => Promise<GenerationAdapter<TInput, TOutput>>,
): GenerationAdapter<TInput, TOutput> {
  let loading: Promise<GenerationAdapter<TInput, TOutput>> | undefined;
  const loaded = () => {
    loading ??= load().catch(cause => {
      loading = undefined;
      const message = 'A part of this page could not be loaded, and nothing was sent. Reload the page and try again.';
      throw new GenerationError({ code: 'network', message, retryable: true }, { cause });
    });
    return loading;
  };
  const all: Required<Pick<GenerationAdapter<TInput, TOutput>, Method>> = {
    async *events(job, call) {
      yield* (await loaded()).events?.(job, call) ?? [];
    },
    cancel: async (job, call) => (await loaded()).cancel?.(job, call),
    find: async (key, call) => (await loaded()).find?.(key, call),
    cancelByKey: async (key, call) => (await loaded()).cancelByKey?.(key, call),
  };
  return {
    ...traits,
    ...Object.fromEntries(can.map(name => [name, all[name]])),
    submit: async (input, call) => (await loaded()).submit(input, call),
    read: async (job, call) => (await loaded()).read(job, call),
  };
}
