// app/api/generate/[kind]/route.ts
const backend = () => process.env['BACKEND_URL'] ?? 'http://127.0.0.1:4173';
const requestHeaders = ['accept', 'authorization', 'content-type', 'cookie', 'idempotency-key'];
const responseHeaders = ['content-type', 'date', 'retry-after', 'www-authenticate'];

function pick(headers: Headers, names: readonly string[]) {
  return new Headers(
    names.map((name): [string, string] => [name, headers.get(name) ?? '']).filter(([, value]) => value),
  );
}

export async function POST(request: Request, { params }: { params: Promise<{ kind: string }> }): Promise<Response> {
  const { kind } = await params;
  // Without the page's signal: what has begun is charged, also if the page is closed.
  const answer = await fetch(`${backend()}/api/generate/${encodeURIComponent(kind)}`, {
    method: 'POST',
    headers: pick(request.headers, requestHeaders),
    body: await request.arrayBuffer(),
    redirect: 'manual', // a redirect could send it twice
  }).catch(() => Response.json({ error: 'The backend is not reachable.' }, { status: 502 }));

  return new Response(answer.body, { status: answer.status, headers: pick(answer.headers, responseHeaders) });
}
