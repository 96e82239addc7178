import { render } from '@testing-library/svelte';
import { type Component, hydrate, unmount } from 'svelte';
import { expect, it, onTestFinished } from 'vitest';
import { accepted, playedMachine } from '../../support/played-machine.js';
import { playedClient, type Shown } from './binding.js';
import Gallery from './Gallery.svelte';
import Painter from './Painter.svelte';
import StorePainter from './StorePainter.svelte';
import { describeBinding, fakeTime } from './suite.js';

/** Unmounts the page once: by the test, or else when it is over. */
function shown<TPage extends Shown>(page: TPage): TPage {
  let isMounted = true;
  const leave = () => {
    if (isMounted) page.unmount();
    isMounted = false;
  };
  onTestFinished(leave);
  return { ...page, unmount: leave };
}

function hydrated<TProps extends Record<string, unknown>>(
  component: Component<TProps>,
  props: TProps,
  container: HTMLElement,
): Shown {
  const app = hydrate(component, { target: container, props });
  onTestFinished(() => void unmount(app));
  return { container, unmount: () => void unmount(app) };
}

describeBinding({
  name: 'Svelte',
  server: '/test/browser/bindings/svelte.server.ts',
  showPainter(props) {
    const { container, unmount: leave, rerender } = shown(render(Painter, { props: { options: {}, ...props } }));
    return { container, unmount: leave, change: changed => void rerender(changed) };
  },
  showGallery: props => shown(render(Gallery, { props })),
  hydratePainter: (container, props) => hydrated(Painter, props, container),
  hydrateGallery: (container, props) => hydrated(Gallery, props, container),
});

it('a generation and a client are stores for components in the syntax of Svelte 4', async () => {
  const advance = fakeTime();
  const backend = playedMachine();
  const { client } = playedClient();
  const { container, unmount: leave } = shown(render(StorePainter, { props: { machine: backend.machine, client } }));
  const text = () => container.textContent?.replace(/\s+/g, ' ').trim();
  await advance();
  expect(text()).toBe('idle false Generate 0 true');
  container.querySelector('button')?.click();
  await advance();
  backend.submit().answer(accepted);
  await advance();
  backend.stream().open();
  backend.stream().push({ kind: 'pending', progress: 0.5 });
  await advance();
  expect(text()).toBe('streaming true 0.5 Generate 0 true');
  leave();
  await advance();
  expect([backend.followerCount(), backend.cancels.length]).toEqual([0, 0]);
});
