import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { toListener } from 'generation-lifecycle/server/node';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import { SimulatedClock } from 'xstate';

// The vendor's double in a process of its own. Its time goes on when it is told so.

/** @type {{ film: string, queuedMs: number, runningMs: number }} */
const { film, queuedMs, runningMs } = JSON.parse(process.argv[2] ?? '{}');
const clock = new SimulatedClock();
/** @type {(request: Request) => Promise<Response>} */
let answer = async () => new Response(null, { status: 503 });
const server = createServer(toListener(request => answer(request)));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const scenario = { queuedMs, runningMs, output: { video: { url: `${url}/film.webm` } } };
  const double = falDouble({ baseUrl: url, scenario, clock });
  answer = async request => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/film.webm')
      return new Response(readFileSync(film), { headers: { 'content-type': 'video/webm' } });
    if (pathname === '/later') clock.increment(Number(searchParams.get('ms')));
    else if (pathname !== '/paid') return double.fetch(request);
    const submits = double.requests.filter(({ action }) => action === 'submit').length;
    return Response.json({ paid: double.chargedCount, submits });
  };
  process.stdout.write(`${url}\n`);
});
