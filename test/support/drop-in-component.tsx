import {
  type GeneratedImage,
  type GeneratorNotice,
  type GeneratorOptions,
  type ImageForm,
  type ImageGenerator,
  useImageGenerator,
} from 'generation-lifecycle/react/drop-in';
import { Activity, act, type ComponentType, type ReactNode, useEffect } from 'react';
import { onTestFinished, vi } from 'vitest';
import { testRoot } from './painter.js';
import { type ScheduledWire, scheduledWire, type WireSchedule } from './scheduled-wire.js';

/** Each page has a backend, and with it a client, of its own. */
let backends = 0;

/** What a page's form holds. */
export const form = {
  prompt: 'a lighthouse',
  model: { name: 'flux-dev' },
  style: { id: 'photo' },
  shotSize: { id: 'wide' },
  resolution: { width: 1024, height: 768 },
  seed: 7,
};

type Options = GeneratorOptions<GeneratedImage>;
type PageProps = {
  readonly options: Options;
  readonly onRender: (client: ImageGenerator) => void;
  /** Generates this while it mounts. */
  readonly formOnMount?: ImageForm | undefined;
};

/** A page as it was: what it shows is the current generation first, then the list without it, keyed by `id`. */
export function ImagePage({ options, onRender, formOnMount }: PageProps) {
  const client = useImageGenerator(options);
  onRender(client);
  const { currentGeneration, generatedImages, generateImage } = client;
  useEffect(() => {
    if (formOnMount) void generateImage(formOnMount);
  }, [formOnMount, generateImage]);
  const rest = generatedImages.filter(({ id }) => id !== currentGeneration?.id);
  return (
    <ul>
      {[...(currentGeneration ? [currentGeneration] : []), ...rest].map(({ id, prompt }) => (
        <li key={id}>
          {id} {prompt}
        </li>
      ))}
    </ul>
  );
}

/**
 * Takes the browser's Web Locks away until the test is over: they come by tasks of the platform, which replaced timers do not
 * wait for. The store and the locks then do without.
 */
export function withoutLocks(): void {
  Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(navigator, 'locks'));
}

/** A page with the drop-in, on one schedule for each generation in turn. Its timers are replaced by the test. */
export async function shownImages(
  Wrapper: ComponentType<{ readonly children?: ReactNode }>,
  schedules: readonly WireSchedule[] = [],
  { wire = scheduledWire(...schedules), options = {} }: { wire?: ScheduledWire; options?: Options } = {},
) {
  withoutLocks();
  const baseUrl = `https://backend-${++backends}.test`;
  const notices: GeneratorNotice<GeneratedImage>[] = [];
  const renders: ImageGenerator[] = [];
  const { container, render, unmount } = testRoot();
  const show = (mode: 'hidden' | 'visible' | 'gone', formOnMount?: ImageForm) =>
    render(
      <Wrapper>
        {mode === 'gone' || (
          <Activity mode={mode}>
            <ImagePage
              options={{
                baseUrl,
                fetch: wire.fetch,
                // Written inline, as pages do: a new one at each render.
                notify: notice => notices.push(notice),
                ...options,
              }}
              onRender={client => renders.push(client)}
              formOnMount={formOnMount}
            />
          </Activity>
        )}
      </Wrapper>,
    );
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  const now = (): ImageGenerator => {
    const client = renders.at(-1);
    if (!client) throw new Error('Not rendered yet.');
    return client;
  };
  await show('visible');
  await pass(0);
  return {
    baseUrl,
    wire,
    show,
    unmount,
    pass,
    now,
    renders,
    notices,
    /** The types of all notices. */
    noticeTypes: () => notices.map(({ type }) => type),
    /** The keys of what is shown, in order. */
    shown: () => Array.from(container.querySelectorAll('li'), ({ textContent }) => textContent?.split(' ')[0]),
    status: () => now().generationStatus.status,
    press: (command: (client: ImageGenerator) => unknown) =>
      act(async () => {
        void command(now());
      }),
  };
}
