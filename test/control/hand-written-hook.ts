/**
 * What many products have: one EventSource, one timer that falls back to polling, and a ref that remembers the
 * delivered url, written as a hook is written but without the framework. It is here to be compared with, and to show
 * that the way it was mended does not mend it. Nothing of the library uses it.
 */
export type HandWrittenParts = {
  readonly openEvents: (fileId: string) => EventsHandle;
  readonly readUrl: (fileId: string) => Promise<string | null>;
  readonly addItem: (item: { readonly fileId: string; readonly url: string }) => void;
  /** The mend forgot what it had delivered at the moment it cleaned up. */
  readonly resetsInCleanup: boolean;
};

/** As much of an EventSource as it uses. */
export type EventsHandle = {
  readonly readyState: number;
  onmessage: ((event: { readonly data: string }) => void) | null;
  close(): void;
};

const OPEN = 1;
const fallbackAfterMs = 10_000;
const pollEveryMs = 2_000;

/** Follows one file as the hand-written hook does. */
export function followByHand(fileId: string, { openEvents, readUrl, addItem, resetsInCleanup }: HandWrittenParts) {
  const completedRef: { current: string | null } = { current: null };
  const events = openEvents(fileId);

  const cleanup = () => {
    events.close();
    if (resetsInCleanup) completedRef.current = null;
  };
  const deliver = (url: string) => {
    if (completedRef.current === url) return;
    completedRef.current = url;
    addItem({ fileId, url });
    cleanup();
  };
  const poll = async () => {
    const url = await readUrl(fileId);
    if (url) deliver(url);
    else setTimeout(poll, pollEveryMs);
  };

  events.onmessage = ({ data }) => {
    const { type, object } = JSON.parse(data);
    if (type === 'file' && object.id === fileId && object.url) deliver(object.url);
  };
  setTimeout(() => {
    if (events.readyState !== OPEN && !completedRef.current) void poll();
  }, fallbackAfterMs);
}
