// app/api/file/[id]/route.ts
const backend = () => process.env['BACKEND_URL'] ?? 'http://127.0.0.1:4173';
const requestHeaders = ['accept', 'authorization', 'cookie'];
const responseHeaders = ['content-type', 'date', 'retry-after', 'www-authenticate'];

function pick(headers: Headers, names: readonly string[]) {
  return new Headers(
    names.map((name): [string, string] => [name, headers.get(name) ?? '']).filter(([, value]) => value),
  );
}

export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  const answer = await fetch(`${backend()}/api/file/${encodeURIComponent(id)}`, {
    headers: pick(request.headers, requestHeaders),
    signal: request.signal,
    cache: 'no-store', // a cached state would never change
  }).catch(() => Response.json({ error: 'The backend is not reachable.' }, { status: 502 }));

  const headers = pick(answer.headers, responseHeaders);
  headers.set('cache-control', 'no-store');
  // Keep the status: the page treats 404, 401 and 429 with Retry-After differently.
  return new Response(answer.body, { status: answer.status, headers });
}
