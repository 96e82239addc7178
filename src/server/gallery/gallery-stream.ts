import type { Durable } from '../durable/durable.types.js';
import type { Asked } from '../level.js';
import { toEventStream } from '../request/event-stream.js';
import type { Settings } from '../settings.js';
import type { RecordShelf } from '../store/record-store.js';

/**
 * Tells that a gallery has changed since what the page has read, or that there is a new job of the user. What has changed the page reads, so that
 * nothing is lost with a stream.
 */
export function followGallery(
  settings: Settings,
  { store }: Pick<Durable, 'store'>,
  asked: Asked,
  { shelf, since }: { readonly shelf: RecordShelf; readonly since: number },
): Response {
  return toEventStream(asked, settings, async ({ send, signal }) => {
    const stops = [
      store.records.watch(changed => {
        const isOwn = changed.shelf === shelf.shelf && changed.backend === shelf.backend;
        if (isOwn && changed.userId === shelf.userId) send('records', { data: { changed: 'records' } });
      }),
      store.watch(({ userId, backend, version }) => {
        const isOwn = userId === shelf.userId && backend === shelf.backend;
        // Later changes of a job are told by the stream of jobs.
        if (isOwn && version === 1) send('jobs', { data: { changed: 'jobs' } });
      }),
    ];
    const timer = setInterval(() => send('alive', { data: {} }), settings.repeatStateMs);
    try {
      const missed = await store.records.read(shelf, { newerThan: since, limit: 1 });
      send('alive', { data: {} });
      if (missed.length > 0) send('records', { data: { changed: 'records' } });
      await new Promise<void>(resolve => {
        signal.addEventListener('abort', () => resolve());
        if (signal.aborted) resolve();
      });
    } finally {
      clearInterval(timer);
      for (const stop of stops) stop();
    }
  });
}
