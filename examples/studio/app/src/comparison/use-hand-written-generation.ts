import type { ImageInput } from 'generation-lifecycle/adapters';
import { useRef, useState } from 'react';
import type { ComparedItem } from './comparison-side.js';
import type { RequestMeter } from './request-meter.js';

const fallbackAfterMs = 10_000;
const pollEveryMs = 2_000;

/**
 * What many products have: an EventSource, a timer that falls back to polling after 10 s, and a ref that remembers the
 * delivered url. It is here to be compared with, faults and all; nothing else uses it.
 */
export function useHandWrittenGeneration({ fetch, openEvents }: Pick<RequestMeter, 'fetch' | 'openEvents'>) {
  const [items, setItems] = useState<readonly ComparedItem[]>([]);
  const [isGenerating, setGenerating] = useState(false);
  const completedRef = useRef<string | null>(null);
  const eventsRef = useRef<EventSource | null>(null);

  const cleanup = () => {
    eventsRef.current?.close();
    // The guard forgets at the moment in which it learns.
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
    const answer = await fetch(`/api/file/${fileId}`);
    const { url } = await answer.json();
    if (url) deliver(url);
    else setTimeout(() => poll(fileId), pollEveryMs);
  };

  const generate = async (order: ImageInput) => {
    setGenerating(true);
    const answer = await fetch('/api/generate/image', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    const { fileId } = await answer.json();

    const events = openEvents(`/api/events/file.${fileId}`);
    eventsRef.current = events;
    events.onmessage = ({ data }) => {
      const { type, object } = JSON.parse(data);
      if (type === 'file' && object.id === fileId && object.url) deliver(object.url);
    };

    setTimeout(() => {
      // Closing the stream after the result is what makes this true.
      if (events.readyState !== EventSource.OPEN && !completedRef.current) void poll(fileId);
    }, fallbackAfterMs);
  };

  return { items, isGenerating, generate };
}
