import { describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../../support/chromium.js';
import { startBackend } from '../../support/studio-server.js';
import { read, submitDone } from '../../support/wire.js';

const prompts = ['A lighthouse', 'A city', 'Poppies in a garden', 'A nebula', 'Folds of silk', 'A mountain'];

describe('a film of the reference backend', () => {
  it('plays in a browser for ever, no frame like the one before, and the last leads over into the first', async () => {
    const backend = await startBackend();
    const browser = await launchChromium();
    onTestFinished(async () => {
      await browser.close();
      await backend.close();
    });
    const page = await browser.newPage();
    await page.goto(backend.url);

    for (const prompt of prompts) {
      const body = { prompt, resolution: { width: 96, height: 54 }, duration: 1, frameRate: 12 };
      const { url } = await (await read(backend, await submitDone(backend, { kind: 'video', body }))).json();
      const film = await page.evaluate(async address => {
        const decoder = new ImageDecoder({ type: 'image/png', data: await (await fetch(address)).arrayBuffer() });
        await Promise.all([decoder.tracks.ready, decoder.completed]);
        const { frameCount = 0, repetitionCount } = decoder.tracks.selectedTrack ?? {};
        const pen = new OffscreenCanvas(96, 54).getContext('2d');
        const frames: Uint8ClampedArray[] = [];
        for (let frameIndex = 0; frameIndex < frameCount; frameIndex++) {
          pen?.drawImage((await decoder.decode({ frameIndex })).image, 0, 0);
          frames.push(pen?.getImageData(0, 0, 96, 54).data ?? new Uint8ClampedArray());
        }
        // How much lighter or darker a byte is on average than it was in the frame before; the first follows the last.
        const changes = frames.map((frame, index) => {
          const before = frames.at(index - 1) ?? frame;
          return frame.reduce((sum, byte, at) => sum + Math.abs(byte - (before[at] ?? 0)), 0) / frame.length;
        });
        return { changes, repetitionCount };
      }, url);
      expect(film.changes).toHaveLength(12);
      expect(film.repetitionCount).toBe(Number.POSITIVE_INFINITY);
      expect(Math.min(...film.changes)).toBeGreaterThan(0.1);
      const [seam = 0, ...steps] = film.changes;
      expect(seam).toBeLessThan(1.5 * Math.max(...steps));
    }
  });
});
