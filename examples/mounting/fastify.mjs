import { fastify } from 'fastify';
import { toListener } from 'generation-lifecycle/server/node';

/** @param {(request: Request) => Promise<Response>} handle @param {number} port */
export async function listen(handle, port) {
  const app = fastify();
  const listener = toListener(handle);
  // In a scope of its own, so that the rest of the app goes on parsing bodies.
  app.register(async scope => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    scope.all('/api/generations/*', (request, reply) => {
      reply.hijack();
      return listener(request.raw, reply.raw);
    });
  });
  await app.listen({ port, host: '127.0.0.1' });
  return app.server;
}
