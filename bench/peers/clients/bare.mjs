import { createParser } from 'eventsource-parser';

/** @import { Follow } from './client.types.js' */

/** @param {string} url @param {string} key */
async function submit(url, key) {
  const response = await fetch(`${url}/file/-/api/generate/image`, {
    method: 'POST',
    body: JSON.stringify({ prompt: key }),
  });
  return (await response.json()).fileId;
}

/** The least that a client of a stream does: fetch, decode, parse. @type {Follow} */
const stream = async ({ url, key, signal, deliver }) => {
  const fileId = await submit(url, key);
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort());
  const response = await fetch(`${url}/file/-/api/events/file.${fileId}`, { signal: stop.signal });
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent: ({ data }) => {
      const { object } = JSON.parse(data);
      if (!object.url) return;
      deliver(object.url);
      stop.abort();
    },
  });
  for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
};

/** The least that polls: a read each 2 s, and an error is a read that says nothing. @type {Follow} */
const poll = async ({ url, key, signal, deliver }) => {
  const fileId = await submit(url, key);
  while (!signal.aborted) {
    await new Promise(resolve => setTimeout(resolve, 2_000));
    if (signal.aborted) return;
    const response = await fetch(`${url}/file/-/api/file/${fileId}`, { signal });
    const file = response.ok ? await response.json() : undefined;
    if (file?.url) return deliver(file.url);
  }
};

export const clients = { 'bare stream loop': stream, 'bare 2 s loop': poll };
