import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { type Script, scripted } from 'generation-lifecycle/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApp } from 'vue';
import guide from '../../../docs/guide/other-frameworks.md?raw';
import { toPictures } from './pictures.js';
import pictures from './pictures.ts?raw';
import useClient from './use-client.ts?raw';

const url = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';

function open(script: Script<{ readonly url: string }>) {
  const backend = scripted<{ readonly url: string }, { prompt: string }>(script);
  const client = createGenerationClient({
    name: 'pictures',
    generation: createGenerationMachine(backend, { policy: { minReadGapMs: 0, pollDelayMs: [10] } }),
    toItems: output => [output],
    store: memoryStore(),
  });
  let listeners = 0;
  const subscribe = (listener: () => void) => {
    const leave = client.subscribe(listener);
    listeners++;
    return () => {
      listeners--;
      leave();
    };
  };
  const page = document.createElement('div');
  const app = createApp(toPictures({ ...client, subscribe }));
  app.mount(page);
  onTestFinished(() => client.stop());
  const click = (name: string) =>
    [...page.querySelectorAll('button')].find(({ textContent }) => textContent === name)?.click();
  return { backend, page, app, click, countListeners: () => listeners };
}

describe('the guide to other frameworks', () => {
  it('shows an item of a client in Vue, once', async () => {
    const { page, click } = open({ read: [{ update: { kind: 'succeeded', output: { url } } }] });
    expect(page.textContent).toBe('Generate');
    click('Generate');
    await expect.poll(() => page.querySelector('img')?.src).toBe(url);
    expect(page.querySelectorAll('img')).toHaveLength(1);
    expect(page.textContent).toContain('completed');
  });

  it('cancels from Vue, and unsubscribes when its component unmounts', async () => {
    const { page, app, click, backend, countListeners } = open({ cancel: [{}] });
    click('Generate');
    await expect.poll(() => page.textContent).toContain('Cancel');
    await expect.poll(() => backend.calls.some(({ kind }) => kind === 'read')).toBe(true);
    click('Cancel');
    await expect.poll(() => page.textContent).toContain('cancelled');
    expect(countListeners()).toBe(1);
    app.unmount();
    expect(countListeners()).toBe(0);
  });

  it('contains exactly the code that runs here', () => {
    const blocks = Array.from(guide.matchAll(/```ts\n(\/\/ .*?)```/gs), ([, code]) => code);
    expect(blocks).toEqual([useClient, pictures]);
  });
});
