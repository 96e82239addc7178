/** @typedef {import('playwright-core').Page} Page */

/**
 * @param {Page} page
 * @param {string} prompt
 * @param {{ kind?: 'Image' | 'Video', shape?: string, count?: string }} [choice]
 */
async function generate(page, prompt, { kind = 'Image', shape = 'Wide', count } = {}) {
  const form = page.getByRole('form', { name: 'New generation' });
  await form.getByRole('radio', { name: kind }).check();
  await form.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await form.getByLabel('Shape').selectOption(shape);
  if (count) await form.getByLabel('How many').selectOption(count);
  await form.getByRole('button', { name: 'Generate' }).click();
}

/** @param {Page} page @param {number} count */
async function waitForItems(page, count) {
  await page
    .locator('[data-item]')
    .nth(count - 1)
    .waitFor({ timeout: 120_000 });
  await page.waitForFunction(() => Array.from(document.images).every(image => image.complete));
}

/** Of the generations from now on. The page is not told, and says nothing of it. @param {Page} page @param {object} faults */
const setFaults = (page, faults) =>
  page.route('**/api/generate/*', (route, request) =>
    route.continue({ headers: { ...request.headers(), 'x-studio-faults': JSON.stringify(faults) } }),
  );

/** @param {Page} page @param {number} share */
const waitForProgress = (page, share) =>
  page.waitForFunction(
    least => Array.from(document.querySelectorAll('progress')).some(it => it.position > least),
    share,
    { timeout: 60_000 },
  );

/** @param {Page} page */
async function fillGallery(page) {
  await generate(page, 'Waves around a lighthouse at night', { kind: 'Video' });
  await waitForItems(page, 1);
  await generate(page, 'Poppies in a windy garden', { shape: 'Portrait' });
  await waitForItems(page, 2);
  await generate(page, 'A lighthouse in evening fog');
  await waitForItems(page, 3);
  await generate(page, 'Dunes under a violet dawn', { shape: 'Square' });
  await waitForItems(page, 4);
}

/** @param {Page} page @param {string} name */
async function openTool(page, name) {
  await page.getByRole('button', { name: 'Developer tools' }).click();
  await page.getByRole('tab', { name }).click();
}

/** Slow enough to stay as it is while the pictures are taken. */
const slow = { renderMs: 3_600_000 };

/** What the studio can look like. Each begins with a fresh page. @type {readonly { name: string, prepare: (page: Page) => Promise<void> }[]} */
export const views = [
  { name: 'empty', prepare: async () => {} },
  {
    name: 'gallery',
    async prepare(page) {
      await fillGallery(page);
      await setFaults(page, { renderMs: 40_000 });
      await generate(page, 'A quiet city street after rain');
      await waitForProgress(page, 0.5);
      await generate(page, 'A nebula like spilled ink', { shape: 'Square' });
      await waitForProgress(page, 0.6);
    },
  },
  {
    name: 'troubles',
    async prepare(page) {
      await setFaults(page, { failTheJob: { message: 'The model ran out of memory', atProgress: 0.1 } });
      await generate(page, 'A map of a city that never was');
      await page.getByRole('button', { name: 'Generate again (charged)' }).waitFor();
      await setFaults(page, { submitError: { body: 'insufficientBalance' } });
      await generate(page, 'Poppies in a windy garden');
      await page.getByRole('heading', { name: 'Not enough credit' }).waitFor();
      await setFaults(page, { moderation: { at: 'submit', category: 'violence' } });
      await generate(page, 'A battle in the snow', { kind: 'Video' });
      await page.getByRole('heading', { name: 'The content was refused' }).waitFor();
      await setFaults(page, { urlsExpireAfterS: 3_600, cost: { amount: 0.04, unit: 'USD' } });
      await generate(page, 'A lighthouse in evening fog');
      await waitForItems(page, 1);
      await setFaults(page, { ...slow, queue: { ahead: 3, eachMs: 600_000 } });
      await generate(page, 'Waves around a lighthouse at night', { kind: 'Video' });
      await page.getByText('Position 3 in the backend’s queue').waitFor();
      await setFaults(page, slow);
      await generate(page, 'Folds of silk in warm light', { count: '3 images' });
      await page.getByText('Live').waitFor();
      await generate(page, 'A quiet city street after rain', { count: '1 image' });
      await generate(page, 'A nebula like spilled ink');
      await page.getByText('Next in the queue').waitFor();
      await page.context().setOffline(true);
      await page.getByText('You are offline.').waitFor();
    },
  },
  {
    name: 'large',
    async prepare(page) {
      await generate(page, 'A lighthouse in evening fog');
      await waitForItems(page, 1);
      await page.getByRole('button', { name: 'A lighthouse in evening fog', exact: true }).click();
    },
  },
  {
    name: 'chart',
    async prepare(page) {
      await openTool(page, 'Chart');
      await setFaults(page, { ...slow, openLateMs: 3_600_000 });
      await generate(page, 'A lighthouse in evening fog');
      await page.getByText('Connecting').first().waitFor();
    },
  },
  {
    name: 'comparison',
    async prepare(page) {
      await openTool(page, 'Compare');
      await page.getByRole('button', { name: /^Run/ }).click();
      await page.getByRole('img', { name: 'Item 2' }).waitFor();
    },
  },
  {
    name: 'faults',
    async prepare(page) {
      await openTool(page, 'Faults');
      for (const fault of ['The job fails', 'The stream opens late', 'Failing reads'])
        await page.getByLabel(fault).check();
    },
  },
  { name: 'inspector', prepare: page => openTool(page, 'Inspector') },
  {
    name: 'log',
    async prepare(page) {
      await generate(page, 'A lighthouse in evening fog');
      await waitForItems(page, 1);
      await openTool(page, 'Log');
    },
  },
];
