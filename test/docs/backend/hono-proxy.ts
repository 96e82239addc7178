import { type Context, Hono } from 'hono';
import { proxy } from 'hono/proxy';

const backend = () => process.env['BACKEND_URL'] ?? 'http://127.0.0.1:4173';
const firstByte = new TextEncoder().encode(': open\n\n');

/** Forwards headers, body, status and abort. Only the host is the backend's own. */
async function forward(c: Context): Promise<Response> {
  const headers = { ...c.req.header(), host: undefined };
  const answer = await proxy(`${backend()}${c.req.path}`, { raw: c.req.raw, headers }).catch(() =>
    c.json({ error: 'The backend is not reachable.' }, 502),
  );
  answer.headers.set('cache-control', 'no-store, no-transform');
  return answer;
}

export const app = new Hono();

app.get('/api/events/:channel', async c => {
  const { status, headers, body } = await forward(c);
  if (status !== 200 || !body) return new Response(body, { status, headers });

  // Headers leave with the first byte. This byte tells the page at once that the stream is open.
  const withFirstByte = new TransformStream<Uint8Array, Uint8Array>({ start: stream => stream.enqueue(firstByte) });
  headers.set('x-accel-buffering', 'no');
  return new Response(body.pipeThrough(withFirstByte), { headers });
});

app.get('/api/file/:id', forward);
