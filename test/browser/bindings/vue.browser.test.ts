import { render } from '@testing-library/vue';
import { onTestFinished } from 'vitest';
import { type Component, createSSRApp, defineComponent, h, KeepAlive, shallowReactive } from 'vue';
import type { PainterProps } from './binding.js';
import { describeBinding } from './suite.js';
import { Gallery, Painter } from './vue-pages.js';

/** A page in the test's document, which is unmounted when the test is over. */
function shown(component: Component, props: Record<string, unknown>) {
  const { container, unmount } = render(component, { props });
  onTestFinished(unmount);
  return { container: container as HTMLElement, unmount };
}

function hydrated(component: Component, props: Record<string, unknown>, container: HTMLElement) {
  const app = createSSRApp(component, props);
  app.mount(container);
  onTestFinished(() => app.unmount());
  return { container, unmount: () => app.unmount() };
}

describeBinding({
  name: 'Vue',
  server: '/test/browser/bindings/vue.server.ts',
  showPainter(first) {
    const props = shallowReactive({ options: {}, ...first, isHidden: false });
    const Page = defineComponent(
      () => () =>
        h(KeepAlive, () =>
          props.isHidden ? undefined : h(Painter, { machine: props.machine, options: props.options ?? {} }),
        ),
    );
    return {
      ...shown(Page, {}),
      change: (changed: Partial<PainterProps>) => void Object.assign(props, changed),
      setHidden: isHidden => {
        props.isHidden = isHidden;
      },
    };
  },
  showGallery: props => shown(Gallery, props),
  hydratePainter: (container, { machine, options = {} }) => hydrated(Painter, { machine, options }, container),
  hydrateGallery: (container, props) => hydrated(Gallery, props, container),
});
