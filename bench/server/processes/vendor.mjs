import { createServer } from 'node:http';

/** How long the vendor thinks about each request, in ms. */
const answerMs = 5;

// A vendor in a process of its own, which speaks the protocol of fal's queue. Its jobs never end.
let count = 0;
const server = createServer((request, response) => {
  request.resume();
  setTimeout(() => {
    const isSubmit = request.method === 'POST';
    const id = isSubmit ? `request-${++count}` : (request.url?.split('/').at(-2) ?? '');
    const body = isSubmit
      ? { request_id: id, status: 'IN_QUEUE', queue_position: 0 }
      : { request_id: id, status: 'IN_PROGRESS', logs: [] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }, answerMs);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` });
});
process.on('disconnect', () => process.exit(0));
