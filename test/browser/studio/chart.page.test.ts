import { createGenerationMachine } from 'generation-lifecycle';
import { type ChartState, toChart } from 'generation-lifecycle/devtools';
import { scripted } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { studioPages } from '../../support/studio-page.js';
import type { Faults } from '../../support/studio-server.js';

const openStudio = studioPages();
async function openChart(faults: Faults = {}) {
  const studio = await openStudio(faults);
  const { page } = studio;
  await page.getByText('See the chart').click();
  const chart = page.getByRole('region', { name: 'States of generation' });
  await chart.waitFor();
  const listed = (title: string) => page.getByRole('region', { name: title }).getByRole('listitem').allTextContents();
  return {
    ...studio,
    /** The innermost states that are lit, as a screen reader finds them. */
    lit: () =>
      chart
        .locator('[aria-current="step"]:not(:has([aria-current]))')
        .evaluateAll(states => states.map(state => state.getAttribute('data-path'))),
    listed,
    left: async (delay: string) => (await listed('Time left')).find(text => text.startsWith(delay)) ?? 'none',
    children: async () => (await listed('Children alive')).map(text => text.replace(/[\d.].*/, '')),
  };
}

const secondsIn = (text: string) => Number(/([\d.]+) s$/.exec(text)?.[1]);
const following = (stream: string, reads: string) => [`following.stream.${stream}`, `following.reads.${reads}`];

describe('the live chart', () => {
  it('has every state of the machine, and none is lit before there is a generation', async () => {
    const { page, lit } = await openChart();
    const pathsIn = (state: ChartState): string[] => state.states.flatMap(each => [each.path, ...pathsIn(each)]);
    const { root } = toChart(createGenerationMachine(scripted({ events: [] })));
    const drawn = await page.locator('[data-path]').evaluateAll(all => all.map(each => each.getAttribute('data-path')));
    expect(drawn.sort()).toEqual(pathsIn(root).sort());
    expect(await lit()).toEqual([]);
  });

  it('follows a generation from the submit to its outcome, with sse while it listens and the 10 s counted down', async () => {
    const { page, lit, left, children, listed, generate } = await openChart({
      submitDelayMs: 500,
      openLateMs: 600_000,
      renderMs: 300,
    });
    await generate('A lighthouse');
    await expect.poll(lit).toEqual(['submitting']);
    expect(await children()).toEqual(['submit']);

    await expect.poll(lit).toEqual(following('listening.connecting', 'held'));
    expect((await children()).sort()).toEqual(['sse', 'page']);
    const atFirst = secondsIn(await left('pollFallbackAfterMs'));
    expect(atFirst).toBeLessThanOrEqual(10);
    // Where no motion is wanted, what is shown may be a second old.
    await page.clock.runFor(4_000);
    const later = secondsIn(await left('pollFallbackAfterMs'));
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThanOrEqual(atFirst - 2.9);

    await page.clock.runFor(6_000);
    await expect.poll(lit).toEqual(['completed']);
    expect(await children()).toEqual([]);
    expect(await left('pollFallbackAfterMs')).toBe('none');
    const steps = await listed('Last steps');
    expect(steps[0]).toMatch(/^\+\d+\.\d sjob\.ended following → completed/);
    expect(steps.at(-1)).toBe('+0.0 sSTART idle → submitting');
    expect(steps.join()).toContain('after pollFallbackAfterMs');
    const arrow = page.locator('[data-arrow="taken"]');
    expect(
      await arrow.evaluateAll(all => all.map(each => [each.getAttribute('data-from'), each.getAttribute('data-to')])),
    ).toEqual([['following', 'completed']]);
  });

  it('shows poll while a read is under way, with its time, and not after it', async () => {
    const { page, lit, left, children, generate } = await openChart({
      renderMs: 600_000,
      streamStatus: { times: 100, status: 404 },
      hangingReads: { times: 1, ms: 600_000 },
    });
    await generate('A lighthouse');
    await expect.poll(lit).toEqual(following('refused', 'reading'));
    expect((await children()).sort()).toEqual(['poll', 'page']);
    expect(secondsIn(await left('requestTimeoutMs'))).toBeGreaterThan(20);

    await page.clock.runFor(30_000);
    await expect.poll(lit).toEqual(following('refused', 'settling'));
    expect(await children()).toEqual(['page']);
  });

  it('draws what can happen next, and points to the arrow of a line', async () => {
    const { page, lit, generate } = await openChart({ renderMs: 600_000, openLateMs: 600_000 });
    await generate('A lighthouse');
    await expect.poll(lit).toEqual(following('listening.connecting', 'held'));
    const connecting = 'following.stream.listening.connecting';
    const ways = page.locator(`[data-arrow="possible"][data-from="${connecting}"]`);
    expect((await ways.evaluateAll(all => all.map(each => each.getAttribute('data-to')))).sort()).toEqual([
      'following.stream.listening.overdue',
      'following.stream.listening.streaming',
    ]);
    await page.getByRole('region', { name: 'Possible now' }).getByText('after pollFallbackAfterMs').hover();
    expect(await page.locator('[data-arrow="pointed"]').getAttribute('data-to')).toBe(
      'following.stream.listening.overdue',
    );
  });

  it('is of the newest generation, of another that is chosen, or of a client', async () => {
    const { page, lit, generate } = await openChart({ renderMs: 600_000, openLateMs: 600_000 });
    await generate('A lighthouse');
    await expect.poll(lit).toEqual(following('listening.connecting', 'held'));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(lit).toEqual(['cancelled']);
    await generate('Dunes');
    await expect.poll(lit).toEqual(following('listening.connecting', 'held'));
    const choice = page.getByLabel('Chart of');
    await choice.selectOption('Cancelled: A lighthouse');
    expect(await lit()).toEqual(['cancelled']);
    await choice.selectOption('The client of pictures');
    const states = page.getByRole('region', { name: 'States of client' });
    await states.locator('[data-path="calm"][aria-current="step"]').waitFor();
  });

  it('asks nothing of anybody but its own server', async () => {
    const { page, backend, items, generate } = await openStudio({ renderMs: 300 });
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).origin));
    await page.reload();
    await page.getByText('See the chart').click();
    await generate('A lighthouse');
    await items.waitFor();
    expect(asked.length).toBeGreaterThan(4);
    expect([...new Set(asked)]).toEqual([backend.url]);
  });
});
