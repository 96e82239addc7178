import { describe, expect, it } from 'vitest';
import { studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();
async function openComparison() {
  const studio = await openStudio();
  const { page } = studio;
  // The 3 s of the scenarios would slow down the tests.
  await page.route('**/api/generate/*', (route, request) => {
    const headers = request.headers();
    const faults = headers['x-studio-faults']?.replace('3000', '900') ?? '';
    return route.fallback({ headers: { ...headers, 'x-studio-faults': faults } });
  });
  await studio.openTool('Compare');
  const side = (name: string) => page.getByRole('region', { name });
  const counter = async (name: string, counted: string) =>
    Number(await side(name).locator('.counter', { hasText: counted }).getByRole('definition').textContent());
  return {
    ...studio,
    async run(scenario: string) {
      await page.getByLabel('Scenario').selectOption(scenario);
      await page.getByRole('button', { name: 'Run all three' }).click();
    },
    byHand: (counted: string) => counter('Written by hand', counted),
    byRepeating: (counted: string) => counter('A client that repeats', counted),
    byLibrary: (counted: string) => counter('This library', counted),
    images: (name: string) => side(name).getByRole('img').count(),
    state: (name: string) => side(name).locator('.side-state').textContent(),
  };
}

describe('the comparison', () => {
  it('shows two items by hand and one by the library when the result comes within 10 s, and counts every request', async () => {
    const { page, run, byHand, byRepeating, byLibrary, images, jobRequests } = await openComparison();
    await run('The result comes within 10 s');
    await expect.poll(() => byHand('Open streams')).toBe(1);
    await expect.poll(() => byLibrary('Open streams')).toBe(1);
    await expect.poll(() => byLibrary('Items')).toBe(1);
    await expect.poll(() => byHand('Items')).toBe(1);

    const countdown = page.locator('.countdown');
    expect(await countdown.textContent()).toMatch(
      /^(?:10|[1-9]) s until the timer of the hand-written hook runs out\.$/,
    );

    await page.clock.runFor(10_000);
    await expect.poll(() => byHand('Items')).toBe(2);
    await expect.poll(() => countdown.textContent()).toBe('The timer of the hand-written hook has run out.');
    await expect.poll(() => byRepeating('Items')).toBe(1);
    const paid = await Promise.all([byHand, byRepeating, byLibrary].map(count => count('Paid POSTs')));
    expect(paid).toEqual([1, 1, 1]);
    expect(await byLibrary('Items')).toBe(1);
    expect([await images('Written by hand'), await images('This library')]).toEqual([2, 1]);
    expect([await byHand('Open streams'), await byLibrary('Open streams')]).toEqual([0, 0]);
    const requests = await Promise.all([byHand, byRepeating, byLibrary].map(count => count('Requests')));
    expect(requests.reduce((sum, count) => sum + count, 0)).toBe(jobRequests().length);
    expect(await page.getByRole('region', { name: 'Written by hand' }).getAttribute('data-wrong')).toBe('true');
  });

  it('shows no item by hand and one by the library when the stream is silent', async () => {
    const { page, run, byHand, byLibrary } = await openComparison();
    await run('The stream is open and sends no events');
    const runClock = async () => {
      await page.clock.runFor(1_000);
      return byLibrary('Items');
    };
    await expect.poll(runClock).toBe(1);
    await page.clock.runFor(60_000);
    expect(await byHand('Items')).toBe(0);
    expect(await byHand('Open streams')).toBe(1);
  });

  it('shows who pays twice when the answer to the submit is lost', async () => {
    const { page, backend, run, byHand, byRepeating, byLibrary, state } = await openComparison();
    // Other tests have the same backend.
    const before = backend.charges();
    await run('The answer to the submit is lost');
    const runClock = async () => {
      await page.clock.runFor(1_000);
      return byRepeating('Items');
    };
    await expect.poll(runClock).toBe(1);
    const paid = await Promise.all([byHand, byRepeating, byLibrary].map(count => count('Paid POSTs')));
    expect(paid).toEqual([1, 2, 1]);
    expect(backend.charges() - before).toBe(4);
    expect(await state('This library')).toBe('The backend could not be reached. It may have been charged.');
    expect(await page.getByRole('region', { name: 'A client that repeats' }).getAttribute('data-wrong')).toBe('true');
    // It has no timer without an answer, and never ends.
    expect(await state('Written by hand')).toBe('Generating…');
  });

  it('shows a failure by the library only when the job fails, and can start over', async () => {
    const { page, backend, run, byHand, state } = await openComparison();
    await run('The job fails');
    await expect.poll(() => state('This library')).toMatch(/^The generation failed\./);
    expect(await state('Written by hand')).toBe('Generating…');

    await page.getByRole('button', { name: 'Start over' }).click();
    expect([await byHand('Requests'), await byHand('Open streams')]).toEqual([0, 0]);
    await expect.poll(backend.openStreams).toBe(0);
  });
});

describe('the fault panel', () => {
  it('sends the chosen faults with the next submit, keeps them over a reload, and clears them', async () => {
    const { page, generate, openTool } = await openStudio();
    await openTool('Faults');
    await page.getByLabel('Silent stream').check();
    await page.getByLabel('Failing reads').check();
    await page.getByLabel('Failing reads: Times').fill('1');
    await page.getByLabel('Failing reads: Status').selectOption('503');

    const submit = page.waitForRequest(request => request.method() === 'POST');
    await generate('A lighthouse');
    const faults = (await submit).headers()['x-studio-faults'];
    expect(JSON.parse(faults ?? '')).toEqual({ silentStream: true, failingReads: { times: 1, status: 503 } });

    await page.reload();
    await openTool('Faults');
    expect(await page.getByLabel('Silent stream').isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Clear all' }).click();
    expect(await page.getByLabel('Silent stream').isChecked()).toBe(false);
    expect(new URL(page.url()).searchParams.has('faults')).toBe(false);
  });
});
