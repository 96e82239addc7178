import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../support/studio-server.js';
import { eventsOf, openStream, read, small, submit } from '../support/wire.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.close());

const fileOf = async (id: string) => (await read(backend, id)).json();
const jpegStart = [0xff, 0xd8, 0xff];

/** The URL of the first preview that a read names. */
async function previewOf(id: string): Promise<string> {
  await expect.poll(async () => (await fileOf(id)).preview_url, { timeout: 30_000 }).toMatch(/^http/);
  return (await fileOf(id)).preview_url;
}

describe('the previews of the backend', () => {
  it.each(['image', 'video'] as const)('are there before the first part of a slow %s is painted', async kind => {
    const id = await submit(backend, { kind, faults: { renderMs: 3_600_000 } });
    const response = await fetch(await previewOf(id));
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect([...new Uint8Array(await response.arrayBuffer()).subarray(0, 3)]).toEqual(jpegStart);
  });

  it.each(['image', 'video'] as const)('are told on the stream before the first part of a slow %s', async kind => {
    const stream = await openStream(backend, `user.${kind}`);
    const id = await submit(backend, { kind, user: kind, faults: { renderMs: 3_600_000 } });
    const blocks = await stream.until(block => block.includes('preview_url'));
    stream.close();
    expect(eventsOf(blocks).at(-1)?.object).toMatchObject({
      file_id: id,
      progress: 0,
      preview_url: await previewOf(id),
    });
  });

  it('say how long ago they were painted', async () => {
    const id = await submit(backend, { faults: { renderMs: 3_600_000 } });
    const { headers } = await fetch(await previewOf(id));
    expect(headers.get('server-timing')).toMatch(/^age;desc="[^"]+";dur=\d+\.\d$/);
  });

  it('keep their URL until there is another picture', async () => {
    const id = await submit(backend, { faults: { renderMs: 3_600_000 } });
    const first = await previewOf(id);
    expect((await fileOf(id)).preview_url).toBe(first);
  });

  it('come with the progress of the stream, one after the other, and end with the image', async () => {
    const body = { ...small, resolution: { width: 512, height: 512 } };
    const id = await submit(backend, { body, faults: { renderMs: 4_000 } });
    const stream = await openStream(backend, `file.${id}`);
    const blocks = await stream.until(block => block.includes('"render_result"'));
    stream.close();
    const urls = eventsOf(blocks).map(({ object }) => Reflect.get(Object(object), 'preview_url'));
    const named = urls.filter(url => typeof url === 'string');
    expect(new Set(named).size).toBeGreaterThan(1);
    expect(await fileOf(id)).not.toHaveProperty('preview_url');
    expect((await fetch(String(named[0]))).status).toBe(404);
  });

  it('are not sent with the fault, and none has a name that nobody was told', async () => {
    const id = await submit(backend, { faults: { renderMs: 3_600_000, noPreviews: true } });
    const other = await submit(backend, { faults: { renderMs: 3_600_000 } });
    await previewOf(other);
    expect(await fileOf(id)).not.toHaveProperty('preview_url');
    expect((await fetch(`${backend.url}/media/previews/${other}.jpg`)).status).toBe(404);
  });
});
