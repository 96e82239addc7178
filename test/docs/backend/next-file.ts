// app/api/file/[id]/route.ts
export const dynamic = 'force-dynamic';

const backend = () => process.env['BACKEND_URL'] ?? 'http://127.0.0.1:4174';
const asked = ['accept', 'authorization', 'cookie'];
const answered = ['content-type', 'date', 'retry-after', 'www-authenticate'];

function only(headers: Headers, names: readonly string[]) {
  return new Headers(
    names.map((name): [string, string] => [name, headers.get(name) ?? '']).filter(([, value]) => value),
  );
}

export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  const answer = await fetch(`${backend()}/api/file/${encodeURIComponent(id)}`, {
    headers: only(request.headers, asked),
    signal: request.signal,
    cache: 'no-store', // a state that is cached never ends
  }).catch(() => Response.json({ error: 'The backend cannot be reached.' }, { status: 502 }));

  const headers = only(answer.headers, answered);
  headers.set('cache-control', 'no-store');
  // The backend's own status: a 404, a 401 and a 429 with its Retry-After mean something to the page.
  return new Response(answer.body, { status: answer.status, headers });
}
