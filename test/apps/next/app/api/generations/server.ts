import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { falDouble } from 'generation-lifecycle/testing/vendors';

const store = memoryJobs();
/** Each route may be a bundle of its own; the process is one. */
const shown = globalThis as { listeners?: number };

export const { handle } = createGenerationServer({
  store: {
    ...store,
    watch(listener) {
      const stop = store.watch(listener);
      shown.listeners = (shown.listeners ?? 0) + 1;
      return () => {
        shown.listeners = (shown.listeners ?? 0) - 1;
        stop();
      };
    },
  },
  // Next.js tells its own address in request.url, and not the one that the browser knows.
  origin: process.env['APP_ORIGIN'],
  authorize: ({ headers }) => (headers.get('cookie') === 'user=ada' ? { id: 'ada' } : undefined),
  // A stream that a proxy or a framework holds back is never seen.
  maxStreamMs: 3_600_000,
  repeatStateMs: 3_600_000,
  backends: {
    image: {
      adapter: fal<{ prompt: string }, { images: { url: string }[] }>({
        model: 'fal-ai/flux/dev',
        apiKey: 'id:the-key-of-the-double',
        fetch: falDouble({ scenario: { queuedMs: 200, runningMs: 200 } }).fetch,
      }),
      input: wish => wish as { prompt: string },
    },
  },
});
