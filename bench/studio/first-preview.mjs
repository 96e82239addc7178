/** @typedef {{ fromClickMs: number, fromPaintedMs: number }} FirstPreview */

/**
 * How long it takes until the first partial picture of a new generation is drawn in its tile: since the click, and since the renderer had
 * painted it. The second one is its age, as the backend says it in the answer (`Server-Timing`), and what the page needed after that.
 *
 * @param {import('playwright-core').Page} page of the studio, with the in-house backend
 * @returns {Promise<FirstPreview>}
 */
export async function firstPreviewIn(page) {
  await page.evaluate(() => {
    const told = new Promise(resolve => {
      const observer = new MutationObserver(() => {
        const image = document.querySelector('img.preview');
        if (!(image instanceof HTMLImageElement)) return;
        observer.disconnect();
        // The frame after the one that draws it.
        requestAnimationFrame(() => requestAnimationFrame(() => resolve({ url: image.src, at: performance.now() })));
      });
      observer.observe(document.body, { subtree: true, childList: true });
    });
    Reflect.set(window, 'firstPreview', told);
    addEventListener('click', () => Reflect.set(window, 'clickedAt', performance.now()), { capture: true, once: true });
  });
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  return page.evaluate(async () => {
    const { url, at } = await Reflect.get(window, 'firstPreview');
    const [entry] = performance.getEntriesByName(url);
    if (!(entry instanceof PerformanceResourceTiming)) throw new Error(`The page has not loaded ${url}.`);
    const age = entry.serverTiming.find(({ name }) => name === 'age');
    if (!age) throw new Error('The backend does not say how old its preview is.');
    return {
      fromClickMs: at - Reflect.get(window, 'clickedAt'),
      fromPaintedMs: age.duration + at - entry.responseStart,
    };
  });
}
