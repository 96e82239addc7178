import { act, type ReactNode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { accepted, input, job, modes, type Painter, PainterPage, playedMachine, settle } from '../support/painter.js';

const token = { version: 1, id: 'generation-1', idempotencyKey: 'key-1', job, cancelRequested: false } as const;

/** Hydrates what a server rendered, and expects that React warns of nothing. */
async function hydrated(node: ReactNode) {
  const warned = vi.spyOn(console, 'error');
  const recovered: unknown[] = [];
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = renderToString(node);
  expect(container.textContent).toContain('idle');
  const root = await act(async () =>
    hydrateRoot(container, node, { onRecoverableError: error => recovered.push(error) }),
  );
  onTestFinished(async () => {
    await act(() => root.unmount());
    container.remove();
    expect([recovered, warned.mock.calls]).toEqual([[], []]);
    warned.mockRestore();
  });
}

describe.each(modes)('hydrating a page of useGeneration with $mode', ({ Wrapper }) => {
  it.each([
    { page: 'a new page', options: {}, status: 'idle', id: '', followers: 0 },
    { page: 'a page that resumes', options: { resume: token }, status: 'connecting', id: 'generation-1', followers: 1 },
  ])('$page hydrates without a warning, and the page works', async ({ options, status, id, followers }) => {
    const backend = playedMachine();
    let painter: Painter | undefined;
    await hydrated(
      <Wrapper>
        <PainterPage
          machine={backend.machine}
          options={options}
          onRender={rendered => {
            painter = rendered;
          }}
        />
      </Wrapper>,
    );
    expect(painter).toMatchObject({ status });
    expect(painter?.id).toBe(id);
    expect([backend.submits.length, backend.streams.length, backend.followerCount()]).toEqual([
      0,
      followers,
      followers,
    ]);

    await act(async () => painter?.reset());
    await act(async () => painter?.generate(input));
    expect(painter).toMatchObject({ status: 'submitting' });
    expect(backend.submits.length).toBe(1);
  });

  it('submits once for an effect that runs while the page hydrates', async () => {
    const backend = playedMachine();
    await hydrated(
      <Wrapper>
        <PainterPage machine={backend.machine} onRender={() => {}} startsOnMount />
      </Wrapper>,
    );
    expect(backend.submits.map(({ signal }) => signal.aborted)).toEqual([false]);
    await settle(() => backend.submit().answer(accepted));
    expect([backend.streams.length, backend.followerCount()]).toEqual([1, 1]);
  });
});
