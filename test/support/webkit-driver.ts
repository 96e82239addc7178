import { startWebKitDriver } from '../../scripts/webkit.mjs';

/** Starts the driver of WebKit before the tests. It ends with the process: Vitest closes the browser after what a setup returns. */
export async function setup(): Promise<void> {
  const { port } = await startWebKitDriver();
  process.env['WEBKIT_DRIVER_PORT'] = String(port);
}
