import { readFileSync } from 'node:fs';
import { useVideoGenerator } from 'generation-lifecycle/react/drop-in';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ImagePage } from './moving-over/image-page.js';
import { Pictures } from './moving-over/pictures.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('the guide from hand-written hooks', () => {
  it('shows, word for word, code that is compiled here, and no other', () => {
    const guide = read('../../docs/guide/from-hand-written-hooks.md');
    const blocks = Array.from(guide.matchAll(/```tsx?\n(.*?)```/gs), ([, code]) => code);
    const examples = ['use-images-by-hand.ts', 'image-page.tsx', 'pictures.tsx'];
    expect(blocks).toEqual(examples.map(file => read(`moving-over/${file}`)));
  });
});

function Videos() {
  const { generationStatus, generatedVideos, isGenerating, connectionStatus } = useVideoGenerator();
  return <p>{`${generationStatus.status} ${generatedVideos.length} ${isGenerating} ${connectionStatus}`}</p>;
}

describe('a server', () => {
  it.each([
    { page: 'the page of the guide', node: <ImagePage />, html: '<p role="status">idle<!-- --> <!-- --> </p>' },
    { page: 'a page of videos', node: <Videos />, html: '<p>idle 0 false disconnected</p>' },
    { page: 'a client', node: <Pictures />, html: '<ul aria-label="Under way"></ul>' },
  ])('renders $page idle, asks nobody anything and makes up nothing', ({ node, html }) => {
    const fetch = vi.fn();
    vi.stubGlobal('fetch', fetch);
    const random = vi.spyOn(crypto, 'randomUUID');
    const warned = vi.spyOn(console, 'error');
    onTestFinished(() => {
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    });
    expect(renderToString(<StrictMode>{node}</StrictMode>)).toContain(html);
    expect([fetch.mock.calls, random.mock.calls, warned.mock.calls]).toEqual([[], [], []]);
  });
});
