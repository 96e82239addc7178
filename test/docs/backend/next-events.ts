// app/api/events/[channel]/route.ts
const backend = () => process.env['BACKEND_URL'] ?? 'http://127.0.0.1:4173';
const requestHeaders = ['accept', 'authorization', 'cookie', 'last-event-id'];
const responseHeaders = ['content-type', 'retry-after', 'www-authenticate'];
const firstByte = new TextEncoder().encode(': open\n\n');

function pick(headers: Headers, names: readonly string[]) {
  return new Headers(
    names.map((name): [string, string] => [name, headers.get(name) ?? '']).filter(([, value]) => value),
  );
}

export async function GET(request: Request, { params }: { params: Promise<{ channel: string }> }): Promise<Response> {
  const { channel } = await params;
  const answer = await fetch(`${backend()}/api/events/${encodeURIComponent(channel)}`, {
    headers: pick(request.headers, requestHeaders),
    signal: request.signal, // when the page aborts, the backend stream ends
    cache: 'no-store',
  }).catch(() => Response.json({ error: 'The backend is not reachable.' }, { status: 502 }));

  const { status, body } = answer;
  const headers = pick(answer.headers, responseHeaders);
  if (status !== 200 || !body) return new Response(body, { status, headers });

  // Headers leave with the first byte. This byte tells the page at once that the stream is open.
  const withFirstByte = new TransformStream<Uint8Array, Uint8Array>({ start: stream => stream.enqueue(firstByte) });
  headers.set('cache-control', 'no-cache, no-transform'); // a proxy that compresses would wait for more bytes
  headers.set('x-accel-buffering', 'no');
  return new Response(body.pipeThrough(withFirstByte), { headers });
}
