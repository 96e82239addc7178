import { describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../../../scripts/chromium.mjs';
import { startBackend } from '../../support/studio-server.js';
import { read, submitDone } from '../../support/wire.js';

const prompts = ['A lighthouse', 'A city', 'Poppies in a garden', 'A nebula', 'Folds of silk', 'A mountain'];

describe('a video of the reference backend', () => {
  it('loops in a browser, changes with every frame, and has no visible seam', async () => {
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
      const video = await page.evaluate(async address => {
        const decoder = new ImageDecoder({ type: 'image/png', data: await (await fetch(address)).arrayBuffer() });
        await Promise.all([decoder.tracks.ready, decoder.completed]);
        const { frameCount = 0, repetitionCount } = decoder.tracks.selectedTrack ?? {};
        const context = new OffscreenCanvas(96, 54).getContext('2d');
        const frames: Uint8ClampedArray[] = [];
        for (let frameIndex = 0; frameIndex < frameCount; frameIndex++) {
          context?.drawImage((await decoder.decode({ frameIndex })).image, 0, 0);
          frames.push(context?.getImageData(0, 0, 96, 54).data ?? new Uint8ClampedArray());
        }
        // The mean change of a byte from the previous frame; the last frame precedes the first.
        const changes = frames.map((frame, index) => {
          const before = frames.at(index - 1) ?? frame;
          return frame.reduce((sum, byte, at) => sum + Math.abs(byte - (before[at] ?? 0)), 0) / frame.length;
        });
        return { changes, repetitionCount };
      }, url);
      expect(video.changes).toHaveLength(12);
      expect(video.repetitionCount).toBe(Number.POSITIVE_INFINITY);
      expect(Math.min(...video.changes)).toBeGreaterThan(0.1);
      const [seam = 0, ...steps] = video.changes;
      expect(seam).toBeLessThan(1.5 * Math.max(...steps));
    }
  });
});
