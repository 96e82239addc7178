import { createGenerationMachine } from 'generation-lifecycle';
import { type ChartState, toChart } from 'generation-lifecycle/devtools';
import { scripted } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { generationWords } from '../../../examples/studio/app/src/chart/state-words.js';
import { studioPages } from '../../support/studio-page.js';
import type { Faults } from '../../support/studio-server.js';

const openStudio = studioPages();
async function openChart(faults: Faults = {}) {
  const studio = await openStudio(faults);
  const { page } = studio;
  await studio.openTool('Chart');
  const chart = page.getByRole('region', { name: 'States of generation' });
  await chart.waitFor();
  const listed = (title: string) => page.getByRole('region', { name: title }).getByRole('listitem').allTextContents();
  return {
    ...studio,
    /** The innermost active states, by their accessible markup. */
    activeStates: () =>
      chart
        .locator('[aria-current="step"]:not(:has([aria-current]))')
        .evaluateAll(states => states.map(state => state.getAttribute('data-path'))),
    listed,
    timeLeft: async (delay: string) => (await listed('Timers')).find(text => text.startsWith(delay)) ?? 'none',
    children: async () => (await listed('Running children')).map(text => text.replace(/[\d.].*/, '')),
  };
}

const secondsIn = (text: string) => Number(/([\d.]+) s$/.exec(text)?.[1]);
const following = (stream: string, reads: string) => [
  `following.stream.${stream}`,
  'following.clock.running.usual',
  `following.reads.${reads}`,
];

describe('the live chart', () => {
  it('shows every state of the machine, none of them active before the first generation', async () => {
    const { page, activeStates } = await openChart();
    const pathsIn = (state: ChartState): string[] => state.states.flatMap(each => [each.path, ...pathsIn(each)]);
    const { root } = toChart(createGenerationMachine(scripted({ events: [] })));
    const drawn = await page.locator('[data-path]').evaluateAll(all => all.map(each => each.getAttribute('data-path')));
    expect(drawn.sort()).toEqual(pathsIn(root).sort());
    expect(Object.keys(generationWords).sort()).toEqual(pathsIn(root).sort());
    expect(await activeStates()).toEqual([]);
  });

  it('follows a generation from the submit to its outcome, with its running children and its timers', async () => {
    const { page, backend, activeStates, timeLeft, children, listed, generate } = await openChart({
      submitDelayMs: 600_000,
      openLateMs: 600_000,
      renderMs: 300,
    });
    await generate('A lighthouse');
    await expect.poll(activeStates).toEqual(['submitting']);
    expect(await children()).toEqual(['submit']);

    backend.release();
    await expect.poll(activeStates).toEqual(following('listening.connecting', 'held'));
    expect((await children()).sort()).toEqual(['page', 'sse']);
    const atFirst = secondsIn(await timeLeft('pollFallbackAfterMs'));
    expect(atFirst).toBeLessThanOrEqual(10);
    // With reduced motion, the displayed time may be one second old.
    await page.clock.runFor(4_000);
    const later = secondsIn(await timeLeft('pollFallbackAfterMs'));
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThanOrEqual(atFirst - 2.9);

    await page.clock.runFor(6_000);
    await expect.poll(activeStates).toEqual(['completed']);
    expect(await children()).toEqual([]);
    expect(await timeLeft('pollFallbackAfterMs')).toBe('none');
    const steps = await listed('Latest transitions');
    expect(steps[0]).toMatch(/^\+\d+\.\d sjob\.ended following → completed/);
    expect(steps.at(-1)).toBe('+0.0 sGENERATE idle → submitting');
    expect(steps.join()).toContain('after pollFallbackAfterMs');
    const arrow = page.locator('[data-arrow="taken"]');
    expect(
      await arrow.evaluateAll(all => all.map(each => [each.getAttribute('data-from'), each.getAttribute('data-to')])),
    ).toEqual([['following', 'completed']]);
  });

  it('shows the child poll and its time-out only during a read', async () => {
    const { page, activeStates, timeLeft, children, generate } = await openChart({
      renderMs: 600_000,
      streamStatus: { times: 100, status: 404 },
      hangingReads: { times: 1, ms: 600_000 },
    });
    // A read is given up after 5 s: on a busy machine, a clock that runs could be past it before the page is looked at.
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 60_000);
    const statesAfter = async (ms: number) => {
      await page.clock.runFor(ms);
      return activeStates();
    };
    await generate('A lighthouse');
    await expect.poll(() => statesAfter(100)).toEqual(following('refused', 'reading'));
    expect((await children()).sort()).toEqual(['page', 'poll']);
    expect(secondsIn(await timeLeft('readTimeout'))).toBeGreaterThan(4);

    expect(await statesAfter(4_000)).toEqual(following('refused', 'reading'));
    await expect.poll(() => statesAfter(100)).toEqual(following('refused', 'settling'));
    expect(await children()).toEqual(['page']);
    expect(await timeLeft('readTimeout')).toBe('none');
  });

  it('draws the possible transitions, and highlights the arrow of a hovered one', async () => {
    const { page, activeStates, generate } = await openChart({ renderMs: 600_000, openLateMs: 600_000 });
    await generate('A lighthouse');
    await expect.poll(activeStates).toEqual(following('listening.connecting', 'held'));
    const connecting = 'following.stream.listening.connecting';
    const arrows = page.locator(`[data-arrow="possible"][data-from="${connecting}"]`);
    expect((await arrows.evaluateAll(all => all.map(each => each.getAttribute('data-to')))).sort()).toEqual([
      'following.stream.listening.overdue',
      'following.stream.listening.streaming',
    ]);
    await page.getByRole('region', { name: 'Possible transitions' }).getByText('after pollFallbackAfterMs').hover();
    expect(await page.locator('[data-arrow="highlighted"]').getAttribute('data-to')).toBe(
      'following.stream.listening.overdue',
    );
  });

  it.each([360, 768, 1280])('draws no arrow through a word at a width of %i', async width => {
    const { page, activeStates, generate } = await openChart({ renderMs: 600_000, openLateMs: 600_000 });
    await page.setViewportSize({ width, height: 900 });
    await generate('A lighthouse');
    await expect.poll(activeStates).toEqual(following('listening.connecting', 'held'));
    await expect.poll(() => page.locator('[data-arrow="possible"]').count()).toBeGreaterThan(2);
    expect(await page.locator('.drawer-inside').evaluate(it => it.scrollWidth - it.clientWidth)).toBe(0);
    const crossed = await page.evaluate(() => {
      const field = document.querySelector('.chart-field');
      const words = [...(field?.querySelectorAll('.chart-name, .chart-child') ?? [])].map(word => ({
        name: word.textContent,
        box: word.getBoundingClientRect(),
      }));
      const { left = 0, top = 0 } = field?.querySelector('svg.chart-arrows')?.getBoundingClientRect() ?? {};
      const arrows = [...document.querySelectorAll<SVGPathElement>('path[data-arrow]')];
      return arrows.flatMap(arrow => {
        const points = Array.from({ length: Math.ceil(arrow.getTotalLength()) }, (_, at) => arrow.getPointAtLength(at));
        const through = words.find(({ box }) =>
          points.some(
            ({ x, y }) => x + left > box.left && x + left < box.right && y + top > box.top && y + top < box.bottom,
          ),
        );
        return through ? [`${arrow.dataset['from']} → ${arrow.dataset['to']} through ${through.name}`] : [];
      });
    });
    expect(crossed).toEqual([]);
  });

  it('explains a state on hover and on focus, and the active ones otherwise', async () => {
    const { page, activeStates, generate } = await openChart({ renderMs: 600_000, openLateMs: 600_000 });
    const words = page.locator('.chart-words');
    expect(await words.textContent()).toBe('Look at a state, or focus it, to read what it means.');
    await generate('A lighthouse');
    await expect.poll(activeStates).toEqual(following('listening.connecting', 'held'));
    await words.getByText('The stream is about to open.').waitFor();
    await page.locator('[data-state="completed"]').hover();
    await expect.poll(() => words.textContent()).toBe('completed The result is there, once.');
    await page.mouse.move(0, 0);
    await words.getByText('The stream is about to open.').waitFor();

    const held = page.locator('[data-state="following.reads.held"]');
    await page.locator('[data-state="following.stream.listening.connecting"]').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => words.textContent()).toContain('overdue');
    await held.focus();
    await expect.poll(() => words.textContent()).toContain('No read yet: the stream may open first.');
    expect(await held.getAttribute('aria-describedby')).toBe(await words.getAttribute('id'));
    // One stop for Tab, whatever the number of states.
    expect(await page.locator('[data-state][tabindex="0"]').count()).toBe(1);
  });

  it('shows the newest generation, a selected one, or a client', async () => {
    const { page, activeStates, generate } = await openChart({ renderMs: 600_000, openLateMs: 600_000 });
    await generate('A lighthouse');
    await expect.poll(activeStates).toEqual(following('listening.connecting', 'held'));
    // The drawer may be over it.
    await page.getByRole('button', { name: 'Cancel', exact: true }).press('Enter');
    await expect.poll(activeStates).toEqual(['cancelled']);
    await generate('Dunes');
    await expect.poll(activeStates).toEqual(following('listening.connecting', 'held'));
    const choice = page.getByLabel('Chart of');
    await choice.selectOption('Cancelled: A lighthouse');
    expect(await activeStates()).toEqual(['cancelled']);
    await choice.selectOption('Image client');
    const states = page.getByRole('region', { name: 'States of client' });
    await states.locator('[data-path="active.store.idle"][aria-current="step"]').waitFor();
  });

  it('sends requests only to its own server', async () => {
    const { page, backend, items, generate, openTool } = await openStudio({ renderMs: 300 });
    const origins: string[] = [];
    page.on('request', request => origins.push(new URL(request.url()).origin));
    await page.reload();
    await openTool('Chart');
    await generate('A lighthouse');
    await items.waitFor();
    expect(origins.length).toBeGreaterThan(4);
    expect([...new Set(origins)]).toEqual([backend.url]);
  });
});
