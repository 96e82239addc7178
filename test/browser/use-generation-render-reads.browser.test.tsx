import { act } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hookPages, pageNames } from '../support/hook-pages.js';
import { modes, settle, testRoot } from '../support/painter.js';
import { renderGuard } from '../support/render-guard.js';

describe.each(modes)('a render in a page, with $mode', ({ Wrapper }) => {
  it.each(pageNames)('of %s reads neither clock nor chance, nor do the renders after it', async name => {
    const { pages, stop } = hookPages();
    onTestFinished(stop);
    const Page = renderGuard()(pages[name]);
    const { container, render } = testRoot();
    for (const round of [1, 2]) {
      await render(
        <Wrapper>
          <Page key="page" /> {round}
        </Wrapper>,
      );
      await settle();
      expect(container.textContent).toMatch(new RegExp(`^(\\w+|0) ${round}$`));
    }
  });

  it.each(pageNames)('of %s reads neither clock nor chance while it hydrates', async name => {
    const { pages, stop } = hookPages();
    onTestFinished(stop);
    const Page = renderGuard()(pages[name]);
    const node = (
      <Wrapper>
        <Page />
      </Wrapper>
    );
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = renderToString(node);
    const errors: unknown[] = [];
    const root = await act(async () =>
      hydrateRoot(container, node, {
        onRecoverableError: error => errors.push(error),
        onUncaughtError: error => errors.push(error),
      }),
    );
    onTestFinished(async () => {
      await act(() => root.unmount());
      container.remove();
    });
    await settle();
    expect(errors).toEqual([]);
    expect(container.textContent).not.toBe('');
  });
});
