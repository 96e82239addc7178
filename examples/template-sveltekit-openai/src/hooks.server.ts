import type { ServerInit } from '@sveltejs/kit';
import { building } from '$app/environment';
import { server, store } from '$lib/server/generations';

/** Jobs go on whose page is closed. SvelteKit evaluates lib/server/generations.ts also while it builds, so the engine is started here. */
export const init: ServerInit = async () => {
  if (building) return;
  await store.migrate();
  server.start();
  // Without it the engine keeps the process, once the server has closed.
  process.on('sveltekit:shutdown', async () => {
    await server.stop();
    await store.close();
  });
};
