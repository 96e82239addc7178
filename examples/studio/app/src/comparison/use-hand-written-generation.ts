import type { ImageInput } from 'generation-lifecycle/adapters';
import { useRef, useState } from 'react';
import type { ComparedItem } from './comparison-side.js';
import type { RequestMeter } from './request-meter.js';

/** Exported for the countdown beside it. */
export const fallbackAfterMs = 10_000;
const pollEveryMs = 2_000;

/**
 * A typical hand-written hook: an EventSource, a timer that falls back to polling after 10 s, and a ref with the delivered
 * url. It has bugs on purpose, and only the comparison uses it.
 */
export function useHandWrittenGeneration({ fetch, openEvents }: Pick<RequestMeter, 'fetch' | 'openEvents'>) {
  const [items, setItems] = useState<readonly ComparedItem[]>([]);
  const [isGenerating, setGenerating] = useState(false);
  const [timerEndsAt, setTimerEndsAt] = useState<number>();
  const completedRef = useRef<string | null>(null);
  const eventsRef = useRef<EventSource | null>(null);

  const cleanup = () => {
    eventsRef.current?.close();
    // Bug: this resets the guard that was set just before.
    completedRef.current = null;
  };

  const deliver = (url: string) => {
    if (completedRef.current === url) return;
    completedRef.current = url;
    setItems(before => [{ key: String(before.length + 1), url }, ...before]);
    setGenerating(false);
    cleanup();
  };

  const poll = async (fileId: string) => {
    const response = await fetch(`/api/file/${fileId}`);
    const { url } = await response.json();
    if (url) deliver(url);
    else setTimeout(() => poll(fileId), pollEveryMs);
  };

  const generate = async (input: ImageInput) => {
    setGenerating(true);
    const response = await fetch('/api/generate/image', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const { fileId } = await response.json();

    const events = openEvents(`/api/events/file.${fileId}`);
    eventsRef.current = events;
    events.onmessage = ({ data }) => {
      const { type, object } = JSON.parse(data);
      if (type === 'file' && object.id === fileId && object.url) deliver(object.url);
    };

    setTimerEndsAt(Date.now() + fallbackAfterMs);
    setTimeout(() => {
      // Bug: this is also true when the stream was closed after the result.
      if (events.readyState !== EventSource.OPEN && !completedRef.current) void poll(fileId);
    }, fallbackAfterMs);
  };

  return { items, isGenerating, timerEndsAt, generate };
}
