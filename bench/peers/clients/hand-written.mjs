import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';

/** @import { Follow } from './client.types.js' */

// Node 20 runs no TypeScript.
const file = fileURLToPath(new URL('../../../test/control/hand-written-hook.ts', import.meta.url));
const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file, { sourcemap: false });
/** @type {typeof import('../../../test/control/hand-written-hook.js')} */
const { followByHand } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

/** @param {boolean} resetsInCleanup @returns {Follow} */
const follow =
  resetsInCleanup =>
  async ({ url, key, deliver }) => {
    const response = await fetch(`${url}/file/-/api/generate/image`, {
      method: 'POST',
      body: JSON.stringify({ prompt: key }),
    });
    const { fileId } = await response.json();
    followByHand(fileId, {
      openEvents: id => /** @type {any} */ (new EventSource(`${url}/file/-/api/events/file.${id}`)),
      readUrl: async id => (await (await fetch(`${url}/file/-/api/file/${id}`)).json()).url,
      addItem: item => deliver(item.url),
      resetsInCleanup,
    });
  };

export const clients = { 'hand-written hook': follow(false), 'hand-written hook, mended': follow(true) };
