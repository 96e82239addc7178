import type { ServerResponse } from 'node:http';
import { type Answer, type Heard, json, loopback } from './loopback.js';

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': '*',
};

/** A backend of files for pages of another origin, whose jobs run until the test releases them. */
export async function heldBackend() {
  let isReleased = false;
  let submits = 0;
  /** The streams that are open. */
  const streams = new Set<ServerResponse>();
  const stream: Answer = response => {
    streams.add(response);
    response.once('close', () => streams.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream', ...cors }).flushHeaders();
    response.write(': here\n\n');
  };
  const about = (path: string) => {
    const id = path.split('/').at(-1);
    const url = isReleased ? `https://files.test/${id}.png` : null;
    return { id, url, thumbnail_url: null, type: 'image', image_generation: null, tasks: [] };
  };
  const answer = ({ method, path }: Heard): Answer => {
    if (method === 'OPTIONS') return { status: 204, headers: cors };
    if (method !== 'POST' && path.includes('/events/')) return stream;
    if (method === 'POST') submits += 1;
    const value = method === 'POST' ? { success: true, fileId: `file-${submits}` } : about(path);
    return { ...json(value), headers: { 'content-type': 'application/json', ...cors } };
  };
  const { url } = await loopback(answer);
  return {
    url,
    submits: () => submits,
    openStreams: () => streams.size,
    /** All jobs succeed. Their streams end, so that they are read. */
    release() {
      isReleased = true;
      for (const response of streams) response.end();
    },
  };
}
