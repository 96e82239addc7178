import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createGenerationClient, createGenerationMachine, type GalleryItem } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { useGenerations } from 'generation-lifecycle/react';
import { scripted } from 'generation-lifecycle/testing';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleForNode } from '../../support/node-bundle.js';

type Output = { readonly url: string };
const output = { url: 'https://files.test/made.png' };

function createPictures(options: { readonly store?: ReturnType<typeof memoryStore<GalleryItem<Output>>> } = {}) {
  const backend = scripted<Output, string>({ read: [{ update: { kind: 'succeeded', output } }] });
  const client = createGenerationClient({
    name: 'pictures',
    generation: createGenerationMachine(backend),
    toItems: ({ url }) => [{ url }],
    store: memoryStore(),
    ...options,
  });
  return { backend, client };
}

type Pictures = ReturnType<typeof createPictures>['client'];

function Gallery({ client }: { readonly client: Pictures }) {
  const { items, isReady } = useGenerations(client);
  return <p>{`${items.length} ${isReady}`}</p>;
}

describe('a client in Node', () => {
  it('generates without further options', async () => {
    const { client } = createPictures();
    const { id, items } = client.generate('a lighthouse');
    await expect(items).resolves.toMatchObject([{ id: `${id}/0`, ...output }]);
    expect(client.getSnapshot().generations).toMatchObject([{ id, status: 'completed' }]);
    client.stop();
  });

  it('starts nothing while a server renders it', () => {
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    const store = memoryStore<GalleryItem<Output>>();
    const readGenerations = vi.spyOn(store, 'readGenerations');
    const watch = vi.spyOn(store, 'watch');
    const { client, backend } = createPictures({ store });
    client.on('generation.completed', () => {});

    expect(renderToString(<Gallery client={client} />)).toBe('<p>0 false</p>');
    for (const started of [readGenerations, watch, setTimeout]) expect(started).not.toHaveBeenCalled();
    expect(backend.calls).toEqual([]);
    setTimeout.mockRestore();
  });
});

describe('a Node process with a client', () => {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-node-'));
    await bundleForNode(fileURLToPath(new URL('node-scripts', import.meta.url)), folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    { script: 'nothing-to-do', says: 'ready' },
    { script: 'one-generation', says: 'made.png' },
    // The client tries again every 30 s, which must not keep the process alive.
    { script: 'unreadable-store', says: 'storage-unavailable' },
    { script: 'full-store', says: 'storage-unavailable' },
  ])('ends by itself, and not before its work is done: $script', async ({ script, says }) => {
    const file = path.join(folder, `${script}.js`);
    // Well over what a busy machine needs, and shorter than two retries.
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 55_000 });
    expect(stdout.trim()).toBe(says);
  });
});
