import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** @typedef {import('node:http').ServerResponse} ServerResponse */
/** @typedef {{ posts: ServerResponse[], streams: ServerResponse[], isEnded: boolean }} StreamJob */

/** A vendor whose jobs are their streams. It does what it is told, with each job by its prompt. */
export async function startStreamVendor() {
  /** @type {Map<string, StreamJob>} */
  const jobs = new Map();
  /** @param {string} prompt */
  const jobOf = prompt => {
    const job = jobs.get(prompt) ?? { posts: [], streams: [], isEnded: false };
    jobs.set(prompt, job);
    return job;
  };
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      jobOf(JSON.parse(await text(request)).prompt).posts.push(response);
      return;
    }
    const [, id = ''] = /^\/jobs\/([^/]+)\/events$/.exec(request.url ?? '') ?? [];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"state":"running"}\n\n');
    jobOf(decodeURIComponent(id)).streams.push(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    jobOf,
    /** Answers its submit. @param {string} prompt */
    accept(prompt) {
      const headers = { 'content-type': 'application/json' };
      for (const post of jobOf(prompt).posts) post.writeHead(201, headers).end(JSON.stringify({ id: prompt }));
    },
    /** @param {string} prompt */
    end(prompt) {
      const job = jobOf(prompt);
      job.isEnded = job.streams.length > 0;
      for (const stream of job.streams) stream.end('data: {"url":"https://vendor.test/1.png"}\n\n');
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
