import { type DurationHistory, type GenerationView, viewGeneration } from 'generation-lifecycle';
import { useGeneration, useTimeLeft } from 'generation-lifecycle/react';
import { Activity, act } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createActor } from 'xstate';
import {
  accepted,
  input,
  modes,
  type Painter,
  type PlayedMachine,
  playedMachine,
  succeeded,
  testRoot,
} from '../support/painter.js';
import { renderGuard } from '../support/render-guard.js';

type Expected = Pick<GenerationView<unknown>, 'expectedAt' | 'highAt' | 'isLate'>;

function Words({ view, onRender }: { readonly view: Expected | undefined; readonly onRender?: () => void }) {
  const { text, remainingMs } = useTimeLeft(view);
  onRender?.();
  return <output data-ms={remainingMs}>{text ?? 'nothing'}</output>;
}

type WaitProps = { readonly backend: PlayedMachine; readonly onRender: (painter: Painter) => void };

function Wait({ backend, onRender }: WaitProps) {
  const generation = useGeneration(backend.machine);
  onRender(generation);
  const { text } = useTimeLeft(generation);
  return (
    <p>
      {generation.status} {text}
    </p>
  );
}

const inMs = (ms: number): Expected => ({ expectedAt: Date.now() + ms, highAt: Date.now() + 2 * ms, isLate: false });
const nothing: Expected = { expectedAt: undefined, highAt: undefined, isLate: false };
const advance = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

describe.each(modes)('useTimeLeft with $mode', ({ Wrapper }) => {
  async function shown(first: Expected | undefined) {
    const { container, render, unmount } = testRoot();
    let renderCount = 0;
    const show = (view: Expected | undefined, isHidden = false) =>
      render(
        <Wrapper>
          <Activity mode={isHidden ? 'hidden' : 'visible'}>
            <Words
              view={view}
              onRender={() => {
                renderCount += 1;
              }}
            />
          </Activity>
        </Wrapper>,
      );
    await show(first);
    return { container, show, unmount, renderCount: () => renderCount, text: () => container.textContent };
  }

  it('counts down each second, and stops with the result', async () => {
    const page = await shown(inMs(12_000));
    expect(page.text()).toBe('about 12 s left');
    await advance(3_000);
    expect(page.text()).toBe('about 9 s left');
    await page.show(nothing);
    expect(page.text()).toBe('nothing');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sets no timer and renders nothing by itself where nothing is expected', async () => {
    const page = await shown(nothing);
    const count = page.renderCount();
    await advance(60_000);
    expect(page.renderCount()).toBe(count);
    await page.show({ ...nothing, isLate: true });
    expect(page.text()).toBe('longer than usual');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has one timer for all components, and none once they have unmounted', async () => {
    const pages = [await shown(inMs(30_000)), await shown(inMs(40_000)), await shown(undefined)];
    expect(vi.getTimerCount()).toBe(1);
    await advance(10_000);
    expect(pages.map(({ text }) => text())).toEqual(['about 20 s left', 'about 30 s left', 'nothing']);
    for (const { unmount } of pages) await unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stands still while it is hidden, and shows the time of now when it is shown again', async () => {
    const view = inMs(40_000);
    const page = await shown(view);
    await page.show(view, true);
    expect(vi.getTimerCount()).toBe(0);
    await advance(10_000);
    await page.show(view);
    expect(page.text()).toBe('about 30 s left');
  });

  it.each([3_600_000, -3_600_000])('E7, E8: is not moved by a device that is set by %d ms', async ms => {
    const page = await shown(inMs(30_000));
    await advance(1_000);
    vi.setSystemTime(Date.now() + ms);
    await advance(9_000);
    expect(page.text()).toBe('about 20 s left');
  });

  it('renders no time on a server, and shows it once the page has hydrated', async () => {
    const view = { ...inMs(12_000), isLate: true };
    const node = (
      <Wrapper>
        <Words view={view} />
      </Wrapper>
    );
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = renderToString(node);
    expect(container.textContent).toBe('longer than usual');
    const errors: unknown[] = [];
    const root = await act(async () =>
      hydrateRoot(container, node, { onRecoverableError: error => void errors.push(error) }),
    );
    onTestFinished(async () => {
      await act(() => root.unmount());
      container.remove();
    });
    expect(errors).toEqual([]);
    expect(container.textContent).toBe('longer than usual, about 12 s left');
  });

  it('reads the clock in no render', async () => {
    const Guarded = renderGuard()(Words);
    const { container, render } = testRoot();
    const view = inMs(12_000);
    await render(
      <Wrapper>
        <Guarded view={view} />
      </Wrapper>,
    );
    await advance(3_000);
    await render(
      <Wrapper>
        <Guarded view={view} /> again
      </Wrapper>,
    );
    expect(container.textContent).toBe('about 9 s left again');
  });
});

describe('a generation that is waited for', () => {
  const history: DurationHistory = {
    version: 1,
    jobs: Array.from({ length: 20 }, (_, index) => [11_000 + index * 100, 11_000 + index * 100] as const),
  };

  it('is shown with what its backend expects', async () => {
    const backend: PlayedMachine = playedMachine();
    let painter: Painter | undefined;
    const { container, render } = testRoot();
    await render(
      <Wait
        backend={backend}
        onRender={shown => {
          painter = shown;
        }}
      />,
    );
    await act(async () => painter?.generate(input));
    await act(async () => backend.submit().answer(accepted));
    await act(async () => backend.stream().open());
    await act(async () => backend.stream().push({ kind: 'pending', etaMs: 12_000 }));
    await advance(0);
    expect(container.textContent).toBe('streaming about 12 s left');
    await advance(4_000);
    expect(container.textContent).toBe('streaming about 8 s left');
    await act(async () => backend.stream().push(succeeded));
    await advance(0);
    expect(container.textContent).toBe('completed ');
  });

  it('is shown as taking longer than usual, with a history', async () => {
    const backend = playedMachine();
    const actor = createActor(backend.machine, { input: { id: 'generation-1', history } });
    onTestFinished(() => void actor.stop());
    actor.start().send({ type: 'GENERATE', input });
    backend.submit().answer(accepted);
    await advance(0);
    backend.stream().open();
    const { container, render } = testRoot();
    const show = () => render(<Words view={viewGeneration(actor.getSnapshot())} />);
    await show();
    expect(container.textContent).toBe('about 12 s left');
    await advance(16_000);
    await show();
    expect(container.textContent).toBe('longer than usual');
  });
});
