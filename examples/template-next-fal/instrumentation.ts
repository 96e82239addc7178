/** Jobs go on whose page is closed. Next evaluates lib/generations.ts also while it builds, so the engine is started here. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { server, store } = await import('@/lib/generations');
  await store.migrate();
  server.start();
}
