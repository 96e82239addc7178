// app/api/events/[channel]/route.ts
export const dynamic = 'force-dynamic';

const backend = () => process.env['BACKEND_URL'] ?? 'http://127.0.0.1:4174';
const asked = ['accept', 'authorization', 'cookie', 'last-event-id'];
const answered = ['content-type', 'retry-after', 'www-authenticate'];
const aComment = new TextEncoder().encode(': open\n\n');

function only(headers: Headers, names: readonly string[]) {
  return new Headers(
    names.map((name): [string, string] => [name, headers.get(name) ?? '']).filter(([, value]) => value),
  );
}

export async function GET(request: Request, { params }: { params: Promise<{ channel: string }> }): Promise<Response> {
  const { channel } = await params;
  const answer = await fetch(`${backend()}/api/events/${encodeURIComponent(channel)}`, {
    headers: only(request.headers, asked),
    signal: request.signal, // who listens has gone: the backend hears of it
    cache: 'no-store',
  }).catch(() => Response.json({ error: 'The backend cannot be reached.' }, { status: 502 }));

  const { status, body } = answer;
  const headers = only(answer.headers, answered);
  if (status !== 200 || !body) return new Response(body, { status, headers });

  // Headers leave with the first byte, and this is one: the page knows at once that the stream is open.
  const atOnce = new TransformStream<Uint8Array, Uint8Array>({ start: stream => stream.enqueue(aComment) });
  headers.set('cache-control', 'no-cache, no-transform'); // a proxy that compresses waits for more
  headers.set('x-accel-buffering', 'no');
  return new Response(body.pipeThrough(atOnce), { headers });
}
