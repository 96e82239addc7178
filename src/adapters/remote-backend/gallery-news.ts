import { listenUntil } from '../browser/listen.js';
import { tabChannel } from '../stores/tab-channel.js';
import { type GalleryCalls, isWithoutGalleries } from './gallery-calls.js';
import type { GalleryRecords } from './gallery-records.js';

/** Where there is no stream, the server is asked this often, in ms; a tab that leaves the stream to another one asks less often. */
const [pollMs, restMs] = [15_000, 60_000];
/** The server tells each 15 s that a stream is alive. */
const idleMs = 40_000;
const longestWaitMs = 15_000;

type Change = 'erased' | undefined;

const isPage = () => typeof document !== 'undefined';

/** A timer that keeps no script alive. */
const unref = (timer: ReturnType<typeof setTimeout>) => {
  (timer as { unref?: () => void }).unref?.();
  return timer;
};

/** Waits for so long, or until the signal is aborted. */
const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>(resolve => {
    const timer = unref(setTimeout(resolve, ms));
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
    if (signal.aborted) resolve();
  });

/**
 * Tells the watchers of a store what other devices and tabs have changed, for as long as there are any. One tab of a browser holds the stream for
 * all, because six are all that a browser opens to one server.
 *
 * @param name of the gallery, the same in all tabs
 */
export function galleryNews(name: string, calls: GalleryCalls) {
  const watchers = new Set<{ readonly onChange: (change?: Change) => void }>();
  const channel = tabChannel(name);
  let controller: AbortController | undefined;
  let reported = 0;
  let watchedSince = Number.POSITIVE_INFINITY;

  const report = (change?: Change) => {
    for (const { onChange } of [...watchers]) onChange(change);
  };

  /** Reads what has changed. A server that cannot be asked has nothing to tell. */
  async function look(records: GalleryRecords, isAskedForJobs = false): Promise<boolean> {
    try {
      await records.sync(isAskedForJobs);
    } catch {
      return false;
    }
    // A call may have read it meanwhile, and shown half of it.
    if (records.version() === reported) return false;
    reported = records.version();
    report();
    return true;
  }

  async function follow(records: GalleryRecords, signal: AbortSignal): Promise<void> {
    for (let waitMs = 1_000; !signal.aborted; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      const stream = new AbortController();
      const end = () => stream.abort();
      signal.addEventListener('abort', end);
      let timer = unref(setTimeout(end, idleMs));
      const onAlive = () => {
        clearTimeout(timer);
        timer = unref(setTimeout(end, idleMs));
        waitMs = 1_000;
      };
      try {
        for await (const changed of calls.changes(records.cursor(), stream.signal, { onOpen: onAlive, onAlive })) {
          if (changed === undefined) continue;
          if (await look(records, changed === 'jobs')) tellTabs();
        }
      } catch (error) {
        if (isWithoutGalleries(error)) return;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
      }
      await pause(waitMs, signal);
      // What a stream that opens again has missed it tells by itself.
      if (waitMs > 1_000 && (await look(records))) tellTabs();
    }
  }

  const tellTabs = () => {
    if (isPage()) channel.reportChange();
  };

  function start(records: GalleryRecords): void {
    controller = new AbortController();
    watchedSince = performance.now();
    const { signal } = controller;
    const lookNow = () => void look(records);
    const locks = isPage() ? navigator.locks : undefined;
    const follows = () => follow(records, signal);
    // Without locks each tab has its own.
    const following = locks ? locks.request(`${name}:stream`, { signal }, follows) : follows();
    let isOver = false;
    following
      .catch(() => undefined)
      .then(() => {
        isOver = true;
      });
    const pollAll = async () => {
      while (!signal.aborted) {
        await pause(isOver ? pollMs : restMs, signal);
        if (!signal.aborted && !(isPage() && document.hidden)) await look(records);
      }
    };
    void pollAll();
    if (!isPage()) return;
    listenUntil(signal, document, 'visibilitychange', () => document.hidden || lookNow());
    listenUntil(signal, window, 'online', lookNow);
    const stop = channel.listen(lookNow);
    signal.addEventListener('abort', stop);
  }

  return {
    report,
    watchedMs: () => performance.now() - watchedSince,
    /** Other tabs of this browser need not wait for the server to hear it. */
    tellTabs,
    watch(onChange: (change?: Change) => void, records: GalleryRecords): () => void {
      // An object of its own, so that the same function can watch twice.
      const watcher = { onChange };
      watchers.add(watcher);
      if (watchers.size === 1) start(records);
      return () => {
        if (watchers.delete(watcher) && watchers.size === 0) controller?.abort();
      };
    },
  };
}
