import type { JobRef } from 'generation-lifecycle';
import { fileBackend, toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { json, loopback } from '../../support/loopback.js';

const one: JobRef = { id: 'f1' };
const both: JobRef = { id: 'f1', files: ['f1', 'f2'] };
const updateOf = (job: JobRef, ...files: readonly object[]) =>
  toFileUpdates(files, [job], { baseUrl: 'https://api.example' }).get(job.id);

describe('an early image', () => {
  it('is named by the file object, and resolved against the backend', () => {
    const file = { id: 'f1', progress: 40, preview_url: '/media/previews/f1.7.jpg' };
    expect(updateOf(one, file)).toMatchObject({
      kind: 'pending',
      progress: 0.4,
      previews: [{ url: 'https://api.example/media/previews/f1.7.jpg', index: 0 }],
    });
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '', null, 7])('is none where the URL is %j', preview_url => {
    const update = updateOf(one, { id: 'f1', preview_url });
    expect(update).toMatchObject({ kind: 'pending' });
    expect(update).not.toHaveProperty('previews.0');
  });

  it('belongs to its file of a batch, and one that is done shows its image', () => {
    const done = { id: 'f1', url: 'https://cdn.example/f1.png', type: 'image' };
    const painted = { id: 'f2', preview_url: 'https://cdn.example/f2.jpg' };
    expect(updateOf(both, done, painted)).toMatchObject({
      kind: 'pending',
      previews: [
        { url: 'https://cdn.example/f1.png', index: 0 },
        { url: 'https://cdn.example/f2.jpg', index: 1 },
      ],
    });
  });

  it('comes with the progress of the stream', async () => {
    const object = { file_id: 'f2', progress: 50, preview_url: '/p.jpg' };
    const body = `data: ${JSON.stringify({ type: 'render_progress', object })}\n\n`;
    const { url } = await loopback(() => ({ headers: { 'content-type': 'text/event-stream' }, body }));
    const { signal } = new AbortController();
    const call = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
    const updates: unknown[] = [];
    for await (const update of fileBackend({ kind: 'image', baseUrl: url }).events?.(both, call) ?? [])
      updates.push(update);
    expect(updates).toMatchObject([{ kind: 'pending', previews: [{ url: `${url}/p.jpg`, index: 1 }] }]);
  });

  it('is read anew with each read, and absent where nothing is told', async () => {
    const { url } = await loopback(() => json({ id: 'f1' }));
    const { signal } = new AbortController();
    const update = await fileBackend({ kind: 'image', baseUrl: url }).read(one, { signal });
    expect(update).toMatchObject({ kind: 'pending' });
    expect(update).not.toHaveProperty('previews.0');
  });
});
