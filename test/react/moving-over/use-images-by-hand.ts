import { useEffect, useRef, useState } from 'react';

export type ByHand = { readonly id: string; readonly url: string };

export function useImagesByHand() {
  const [images, setImages] = useState<readonly ByHand[]>([]);
  const [status, setStatus] = useState('idle');
  const stream = useRef<EventSource>(null);
  const isDone = useRef(false);

  function deliver(id: string, url: string) {
    if (isDone.current) return;
    isDone.current = true;
    stream.current?.close();
    setImages(before => [{ id, url }, ...before]);
    setStatus('completed');
  }

  async function poll(id: string): Promise<void> {
    const { url } = await (await fetch(`/api/file/${id}`)).json();
    if (url) deliver(id, url);
    else setTimeout(() => poll(id), 2_000);
  }

  async function generateImage(form: { readonly prompt: string }) {
    isDone.current = false;
    setStatus('pending');
    const { fileId } = await (
      await fetch('/api/generate/image', { method: 'POST', body: JSON.stringify(form) })
    ).json();
    setStatus('processing');
    stream.current = new EventSource(`/api/events/file.${fileId}`);
    stream.current.onmessage = ({ data }) => {
      const { type, object } = JSON.parse(data);
      if (type === 'file' && object.url) deliver(object.id, object.url);
    };
    setTimeout(() => {
      if (stream.current?.readyState !== EventSource.OPEN) poll(fileId);
    }, 10_000);
  }

  useEffect(() => () => stream.current?.close(), []);
  return { images, status, generateImage };
}
