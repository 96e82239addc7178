import { createGenerationClient, type GalleryItem, type GenerationClient } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { type UseGenerationsResult, useGenerations } from 'generation-lifecycle/react';
import { Activity, act, memo } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type Input,
  input,
  modes,
  type Output,
  playedMachine,
  settle,
  succeeded,
  testRoot,
} from '../support/painter.js';

type Picture = { readonly url: string };
type Client = GenerationClient<Input, Output, GalleryItem<Picture>>;

function playedClient() {
  const backend = playedMachine();
  const client: Client = createGenerationClient<Input, Output, Picture>({
    name: 'pictures',
    generation: backend.machine,
    toItems: ({ url }) => [{ url }],
    describe: ({ prompt }) => ({ prompt }),
    store: memoryStore(),
  });
  onTestFinished(() => client.stop());
  return { ...backend, client };
}

type Counts = { [name: string]: number };
const count = (counts: Counts, name: string) => {
  counts[name] = (counts[name] ?? 0) + 1;
};

type Props = { readonly client: Client; readonly counts: Counts };

const Bar = memo(function Bar({ client, counts, id }: Props & { readonly id: string }) {
  const progress = useGenerations(client, view => view.generations.find(one => one.id === id)?.progress);
  count(counts, `bar ${id}`);
  return <progress aria-label={id} value={progress ?? 0} />;
});

const isSameList = (one: readonly string[], other: readonly string[]) => one.join() === other.join();

const Bars = memo(function Bars({ client, counts }: Props) {
  const ids = useGenerations(client, view => view.generations.map(({ id }) => id), isSameList);
  count(counts, 'bars');
  return ids.map(id => <Bar key={id} id={id} client={client} counts={counts} />);
});

const Gallery = memo(function Gallery({ client, counts }: Props) {
  const items = useGenerations(client, view => view.items);
  count(counts, 'gallery');
  return items.map(({ id, url }) => <img key={id} src={url} alt={id} />);
});

const Form = memo(function Form({ client, counts }: Props) {
  const generate = useGenerations(client, view => view.generate);
  count(counts, 'form');
  return (
    // Each click is a wish of its own, however soon it comes.
    <button type="button" onClick={() => generate(input, { key: crypto.randomUUID() })}>
      Generate
    </button>
  );
});

function Page(props: Props) {
  return (
    <>
      <Form {...props} />
      <Bars {...props} />
      <Gallery {...props} />
    </>
  );
}

type Result = UseGenerationsResult<Input, Output, GalleryItem<Picture>>;
type WholeProps = { readonly client: Client; readonly round: number; readonly onRender: (result: Result) => void };

function Whole({ client, round, onRender }: WholeProps) {
  onRender(useGenerations(client));
  return round;
}

/** What has been rendered since it was asked last, once per component, whatever StrictMode doubles. */
function renderedIn(counts: Counts) {
  const names = Object.keys(counts).sort();
  for (const name of names) delete counts[name];
  return names;
}

describe.each(modes)('useGenerations with $mode', ({ Wrapper }) => {
  async function shown() {
    const backend = playedClient();
    const counts: Counts = {};
    const { container, render, unmount } = testRoot();
    const show = (mode: 'visible' | 'hidden' | 'gone' = 'visible') =>
      render(
        <Wrapper>
          {mode === 'gone' || (
            <Activity mode={mode}>
              <Page client={backend.client} counts={counts} />
            </Activity>
          )}
        </Wrapper>,
      );
    await show();
    await settle();
    const press = async () => {
      await act(async () => container.querySelector('button')?.click());
      await settle();
    };
    return { ...backend, counts, container, show, unmount, press };
  }

  it('renders only the component that shows a progress event', async () => {
    const page = await shown();
    for (const job of ['job-1', 'job-2']) {
      await page.press();
      page.submit().answer({ job: { id: job } });
      await settle();
      await settle(() => page.stream().open());
    }
    const [newer, older] = page.client.getSnapshot().generations;
    expect(page.container.querySelectorAll('progress')).toHaveLength(2);
    renderedIn(page.counts);

    page.streams[0]?.push({ kind: 'pending', progress: 0.4 });
    await settle();
    expect(renderedIn(page.counts)).toEqual([`bar ${older?.id}`]);
    page.stream().push({ kind: 'pending', progress: 0.7, message: 'Painting' });
    await settle();
    expect(renderedIn(page.counts)).toEqual([`bar ${newer?.id}`]);
    expect(Array.from(page.container.querySelectorAll('progress'), ({ value }) => value)).toEqual([0.7, 0.4]);

    page.stream().push({ kind: 'pending', message: 'Still painting' });
    await settle();
    expect(renderedIn(page.counts)).toEqual([]);

    page.stream().push(succeeded);
    await settle();
    await settle();
    expect(renderedIn(page.counts)).toEqual([`bar ${newer?.id}`, 'gallery']);
    expect(page.container.querySelector('img')?.alt).toBe(`${newer?.id}/0`);
  });

  it('submits nothing when it is mounted, and shows what happened while it was hidden or unmounted', async () => {
    const page = await shown();
    expect(page.calls()).toEqual([]);
    await page.press();
    page.submit().answer({ job: { id: 'job-1' } });
    await settle();
    await settle(() => page.stream().open());

    await page.show('hidden');
    page.stream().push({ kind: 'pending', progress: 0.3 });
    await settle();
    await page.show();
    expect(page.container.querySelector('progress')?.value).toBe(0.3);

    await page.show('gone');
    page.stream().push(succeeded);
    await settle();
    await page.show();
    expect(page.container.querySelector('img')?.alt).toBe(page.client.getSnapshot().items[0]?.id);
    expect(page.client.getSnapshot().items).toHaveLength(1);
    expect([page.submits.length, page.streams.length]).toEqual([1, 1]);
  });

  it('returns the whole view with stable commands, and the same object until something changes', async () => {
    const { client } = playedClient();
    const { render } = testRoot();
    const results: Result[] = [];
    const show = (round: number) =>
      render(<Whole client={client} round={round} onRender={result => results.push(result)} />);
    const now = () => {
      const result = results.at(-1);
      if (!result) throw new Error('Not rendered yet.');
      return result;
    };
    await show(1);
    await settle();
    const before = now();
    const { length } = results;
    await show(2);
    expect(results.length).toBeGreaterThan(length);
    expect(now()).toBe(before);
    expect([Object.isFrozen(before), before.isReady]).toEqual([true, true]);

    const { cancel, remove, dismiss, send } = now();
    let id = '';
    await settle(() => {
      id = now().generate(input).id;
    });
    await settle();
    expect(now().generations).toMatchObject([{ id, status: 'submitting', description: { prompt: input.prompt } }]);
    await act(async () => cancel(id));
    await settle();
    expect(now().generations).toMatchObject([{ id, status: 'cancelling' }]);
    expect([now().cancel, now().remove, now().dismiss, now().send]).toEqual([cancel, remove, dismiss, send]);
  });

  it('hydrates server HTML without a warning, whatever the state of the client', async () => {
    const warned = vi.spyOn(console, 'error');
    const recovered: unknown[] = [];
    const { client, submit, stream } = playedClient();
    const counts: Counts = {};
    const node = (
      <Wrapper>
        <Page client={client} counts={counts} />
      </Wrapper>
    );
    const html = renderToString(node);
    expect(html).toBe('<button type="button">Generate</button>');

    // Another part of the page is there before this one.
    const { id } = client.generate(input);
    await settle();
    submit().answer({ job: { id: 'job-1' } });
    await settle();
    await settle(() => stream().open());
    expect(renderToString(node)).toBe(html);

    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = html;
    const root = await act(async () =>
      hydrateRoot(container, node, { onRecoverableError: error => recovered.push(error) }),
    );
    onTestFinished(async () => {
      await act(() => root.unmount());
      container.remove();
      warned.mockRestore();
    });
    expect(container.querySelector('progress')?.ariaLabel).toBe(id);
    expect([recovered, warned.mock.calls]).toEqual([[], []]);
  });
});
