import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../support/studio-server.js';
import { eventsOf, openStream, read, small, submit, submitDone } from '../support/wire.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.close());

async function render(body: object, kind: 'image' | 'video' = 'image') {
  const file = await (await read(backend, await submitDone(backend, { body, kind }))).json();
  const image = await fetch(file.url);
  return { file, type: image.headers.get('content-type'), png: Buffer.from(await image.arrayBuffer()) };
}

/** Width and height from the header of the PNG. */
const sizeOf = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

describe('rendering', () => {
  it('returns a PNG of the requested size', async () => {
    const { png, type } = await render({ prompt: 'a nebula', resolution: { width: 96, height: 64 } });
    expect(type).toBe('image/png');
    expect([...png.subarray(0, 8)]).toEqual(signature);
    expect(sizeOf(png)).toEqual([96, 64]);
  });

  it('returns equal bytes for an equal prompt, seed, style and size', async () => {
    const body = { ...small, seed: 7, style: { id: 'pastel' } };
    const [one, other] = await Promise.all([render(body), render(body)]);
    expect(one.file.id).not.toBe(other.file.id);
    expect(one.png.equals(other.png)).toBe(true);
  });

  it.each([
    ['prompt', { prompt: 'dunes at dawn' }],
    ['seed', { seed: 8 }],
    ['style', { style: { id: 'noir' } }],
    ['negative prompt', { negativePrompt: 'people' }],
  ])('returns another image for another %s', async (_what, change) => {
    const [one, other] = await Promise.all([render({ ...small, seed: 7 }), render({ ...small, seed: 7, ...change })]);
    expect(one.png.equals(other.png)).toBe(false);
  });

  it.each(['a lighthouse at dusk', 'a city at night', 'a rose garden', 'saturn', 'silk', 'a pine forest'])(
    'paints no image of one colour: %s',
    async prompt => {
      const { png } = await render({ ...small, prompt });
      // 64 × 64 pixels of one colour compress to some hundred bytes.
      expect(png.byteLength).toBeGreaterThan(3_000);
    },
  );

  it('describes the image in the file object', async () => {
    const { file } = await render({ ...small, seed: 9, model: { name: 'studio-2' } });
    expect(file).toMatchObject({ type: 'image', video_generation: null, duration: null });
    expect(file.image_generation).toMatchObject({
      prompt: small.prompt,
      model: 'studio-2',
      width: 64,
      height: 64,
      seed: 9,
    });
  });

  it('adds a small thumbnail', async () => {
    const stream = await openStream(backend, 'user.thumb');
    await submit(backend, { user: 'thumb', body: { ...small, resolution: { width: 256, height: 128 } } });
    const blocks = await stream.until(block => block.includes('.thumbnail.png'));
    const url = eventsOf(blocks).at(-1)?.object?.thumbnail_url ?? '';
    const png = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(sizeOf(png)).toEqual([192, 96]);
    stream.close();
  });

  it('reports every tile, in rising order up to 100', async () => {
    const stream = await openStream(backend, 'user.tiles');
    await submit(backend, { user: 'tiles', body: { ...small, resolution: { width: 384, height: 384 } } });
    const blocks = await stream.until(block => block.includes('render_result'));
    const progress = eventsOf(blocks).flatMap(({ object }) => object?.progress ?? []);
    // The beginning, a sketch, and nine tiles of 128 × 128.
    expect(progress).toEqual([0, 0, 11, 22, 33, 44, 56, 67, 78, 89, 100]);
    stream.close();
  });

  it('takes at least renderMs', async () => {
    const startedAt = performance.now();
    await submitDone(backend, { faults: { renderMs: 120 } });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119);
  });

  it('ends at once after release()', async () => {
    const fileId = await submit(backend, { faults: { renderMs: 86_400_000 } });
    backend.release();
    await expect.poll(async () => (await (await read(backend, fileId)).json()).url).not.toBeNull();
  });
});

/** The chunks of a PNG, by type. */
function chunksOf(png: Buffer, wanted: string): Buffer[] {
  const found: Buffer[] = [];
  for (let at = signature.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === wanted)
      found.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  return found;
}

describe('rendering a video', () => {
  const waves = { prompt: 'waves', resolution: { width: 64, height: 36 } };

  it('returns a file of the type video', async () => {
    const body = { ...waves, model: 'video-1', resolution: '128x72', duration: '1', frameRate: '3' };
    const { file, png } = await render(body, 'video');
    expect(file).toMatchObject({ type: 'video', image_generation: null, duration: 1 });
    expect(file.video_generation).toMatchObject({ prompt: 'waves', frame_rate: 3, width: 128, height: 72 });
    expect(sizeOf(png)).toEqual([128, 72]);
  });

  it.each([
    { duration: 1, frameRate: 4, frames: 4, frameMs: 250 },
    { duration: 2, frameRate: 120, frames: 24, frameMs: 83 },
    { duration: 5, frameRate: 24, frames: 20, frameMs: 83 },
    { duration: 1, frameRate: 1, frames: 2, frameMs: 500 },
  ])(
    'renders $frames frames for $duration s at $frameRate frames per second',
    async ({ duration, frameRate, frames, frameMs }) => {
      const { png } = await render({ ...waves, duration, frameRate }, 'video');
      expect(chunksOf(png, 'acTL')[0]?.readUInt32BE(0)).toBe(frames);
      const controls = chunksOf(png, 'fcTL');
      expect(controls).toHaveLength(frames);
      expect(controls.map(control => control.readUInt16BE(20))).toEqual(controls.map(() => frameMs));
    },
  );

  it('scales a large video down, and reports its real size', async () => {
    const body = { prompt: 'silk', resolution: '1280x720', duration: 1, frameRate: 2 };
    const { file, png } = await render(body, 'video');
    expect(sizeOf(png)).toEqual([512, 288]);
    expect(file.video_generation).toMatchObject({ width: 512, height: 288 });
  });

  it('returns equal bytes for an equal request', async () => {
    const body = { ...waves, seed: 7, duration: 1, frameRate: 3 };
    const [one, other] = await Promise.all([render(body, 'video'), render(body, 'video')]);
    expect(one.png.equals(other.png)).toBe(true);
  });

  it('reports every frame, in rising order up to 100', async () => {
    const stream = await openStream(backend, 'user.frames');
    await submit(backend, { kind: 'video', user: 'frames', body: { ...waves, duration: 1, frameRate: 4 } });
    const blocks = await stream.until(block => block.includes('render_result'));
    expect(eventsOf(blocks).flatMap(({ object }) => object?.progress ?? [])).toEqual([0, 0, 25, 50, 75, 100]);
    expect(blocks.join()).toContain('Painted 3 of 4 frames');
    stream.close();
  });
});
