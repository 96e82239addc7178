import {
  type GeneratedImage,
  type GeneratorOptions,
  type ImageGenerator,
  useImageGenerator,
} from 'generation-lifecycle/react/drop-in';
import { act } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { form, withoutLocks } from '../support/drop-in-component.js';
import { modes, testRoot } from '../support/painter.js';
import { jsonAnswer } from '../support/scheduled-wire.js';

const galleryKey = 'super-chatbot-generated-images';
let backends = 0;

type Props = {
  readonly options: GeneratorOptions<GeneratedImage>;
  readonly onRender: (page: ImageGenerator) => void;
};

function ScopedPage({ options, onRender }: Props) {
  onRender(useImageGenerator(options));
  return null;
}

/** A page of one user after another. The test answers each submit. */
async function opened(scope: string | undefined) {
  withoutLocks();
  const baseUrl = `https://scoped-${++backends}.test`;
  const submits: { readonly authorization: string | null; readonly answer: (fileId: string) => void }[] = [];
  const reads: string[] = [];
  const notices: string[] = [];
  const fetch = (url: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const path = new URL(String(url)).pathname;
    if (init?.method === 'POST') {
      const authorization = new Headers(init.headers).get('authorization');
      return new Promise(resolve => {
        submits.push({ authorization, answer: fileId => resolve(jsonAnswer({ success: true, fileId })) });
      });
    }
    if (path.startsWith('/api/events')) return Promise.resolve(new Response(null, { status: 404 }));
    reads.push(path);
    return Promise.resolve(jsonAnswer({ id: path.split('/').pop(), url: `${baseUrl}/done.png` }));
  };
  let page: ImageGenerator | undefined;
  const onRender = (own: ImageGenerator) => {
    page = own;
  };
  const { render } = testRoot();
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  const show = async (own: string | undefined) => {
    await render(
      <ScopedPage
        options={{
          baseUrl,
          scope: own,
          fetch,
          headers: { authorization: `Bearer ${own}` },
          notify: ({ type }) => notices.push(`${own}: ${type}`),
        }}
        onRender={onRender}
      />,
    );
    await pass(1_000);
  };
  const now = () => page ?? expect.fail();
  await show(scope);
  return {
    submits,
    reads,
    notices,
    show,
    now,
    pass,
    press: (command: () => unknown) => act(async () => void command()),
  };
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe.each(modes.slice(0, 1))('the scope of a drop-in with $mode', () => {
  it('M7: keeps galleries apart, and follows nothing of another user', async () => {
    const page = await opened('ann');
    await page.press(() => page.now().generateImage(form));
    await page.pass(100);
    page.submits[0]?.answer('41');
    await page.pass(5_000);
    expect(page.now().generatedImages).toHaveLength(1);
    await page.show('bob');
    expect([page.now().generatedImages, page.now().generationStatus.status]).toEqual([[], 'idle']);
    await page.show(undefined);
    expect(page.now().generatedImages).toEqual([]);
    await page.show('ann');
    expect(page.now().generatedImages).toHaveLength(1);
    const keys = Object.keys(localStorage).filter(key => key.startsWith(galleryKey));
    expect(keys.every(key => key.startsWith(`${galleryKey}:scope:ann`))).toBe(true);
  });

  it('M7: lets a submit of the user before finish, and shows it to that user only', async () => {
    const page = await opened('ann');
    await page.press(() => page.now().generateImage(form));
    await page.pass(100);
    await page.show('bob');
    expect(page.now().isGenerating).toBe(false);
    page.submits[0]?.answer('41');
    await page.pass(5_000);
    expect([page.now().generatedImages, page.notices.filter(notice => notice.startsWith('bob'))]).toEqual([[], []]);
    await page.show('ann');
    await page.pass(5_000);
    expect(page.now().generatedImages).toHaveLength(1);
    expect(page.submits.map(({ authorization }) => authorization)).toEqual(['Bearer ann']);
  });
});
