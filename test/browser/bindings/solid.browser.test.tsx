/** @jsxImportSource solid-js */
import { render } from '@solidjs/testing-library';
import { type JSX, sharedConfig } from 'solid-js';
import { createStore } from 'solid-js/store';
import { hydrate } from 'solid-js/web';
import { onTestFinished } from 'vitest';
import type { PainterProps, Shown } from './binding.js';
import { Gallery, Painter } from './solid-pages.js';
import { describeBinding } from './suite.js';

function shown(page: () => JSX.Element): Shown {
  const { container, unmount } = render(page);
  onTestFinished(unmount);
  return { container, unmount };
}

function hydrated(container: HTMLElement, page: () => JSX.Element): Shown {
  // What `generateHydrationScript()` writes into a page.
  // A page hydrates until its first event, and this one has had some.
  sharedConfig.done = false;
  Object.assign(globalThis, { _$HY: { events: [], completed: new WeakSet(), r: {}, fe() {} } });
  const unmount = hydrate(page, container);
  onTestFinished(unmount);
  return { container, unmount };
}

describeBinding({
  name: 'Solid',
  runsEffectsAtOnce: true,
  server: '/test/browser/bindings/solid.server.tsx',
  showPainter(first) {
    const [props, setProps] = createStore<{ value: () => PainterProps }>({ value: () => first });
    return {
      ...shown(() => <Painter machine={props.value().machine} options={props.value().options} />),
      change(changed) {
        const next = { ...props.value(), ...changed };
        setProps('value', () => () => next);
      },
    };
  },
  showGallery: props => shown(() => <Gallery {...props} />),
  hydratePainter: (container, props) => hydrated(container, () => <Painter {...props} />),
  hydrateGallery: (container, props) => hydrated(container, () => <Gallery {...props} />),
});
