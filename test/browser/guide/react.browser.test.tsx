import { act, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import guide from '../../../docs/guide/react.md?raw';
import { withoutLocks } from '../../support/drop-in-component.js';
import { modes, testRoot } from '../../support/painter.js';
import { renderGuard } from '../../support/render-guard.js';
import { jsonAnswer, readyAt, scheduledWire, type WireSchedule } from '../../support/scheduled-wire.js';
import { Gallery, Painter } from './backend-from-props.js';
import backendFromProps from './backend-from-props.tsx?raw';
import { PlainPainter } from './plain-painter.js';
import plainPainter from './plain-painter.tsx?raw';

/** What the page sends is answered by the schedules, one for each submit. */
function wire(...schedules: readonly WireSchedule[]) {
  const made = scheduledWire(...schedules);
  const hosts: string[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const absolute = new URL(url, 'https://own.test');
    hosts.push(absolute.host);
    return made.fetch(absolute, init);
  });
  return { ...made, hosts };
}

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

/** A page, with what a person reads and presses. */
function page() {
  const { container, render, unmount } = testRoot();
  const press = async (name: string) => {
    const button = [...container.querySelectorAll('button')].find(({ textContent }) => textContent === name);
    await act(async () => button?.click());
    await pass(0);
  };
  return {
    container,
    unmount,
    press,
    show: async (node: ReactNode) => {
      await render(node);
      await pass(0);
    },
    status: () => container.querySelector('progress')?.ariaLabel,
    buttons: () => Array.from(container.querySelectorAll('button:enabled'), ({ textContent }) => textContent),
  };
}

describe.each(modes)('the guide to React, with $mode', ({ Wrapper }) => {
  beforeEach(() => {
    localStorage.clear();
    withoutLocks();
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  describe('the machine with @xstate/react alone', () => {
    async function shown(...schedules: readonly WireSchedule[]) {
      const backend = wire(...schedules);
      const pictures: string[] = [];
      const onPicture = (url: string) => pictures.push(url);
      const painter = page();
      await painter.show(
        <Wrapper>
          <PlainPainter onPicture={onPicture} />
        </Wrapper>,
      );
      return { ...painter, backend, pictures };
    }

    it('submits nothing by being shown, and submits once for a click', async () => {
      const { backend, press, status, pictures, buttons } = await shown({ file: readyAt(2_000) });
      expect([status(), backend.exchanges]).toEqual(['idle', []]);
      await press('Generate');
      await press('Generate');
      expect([status(), backend.submits().length, backend.streams().length]).toEqual(['connecting', 1, 1]);
      expect(buttons()).toEqual(['Cancel']);
      await pass(60_000);
      expect([status(), pictures.length]).toEqual(['completed', 1]);
    });

    it('starts over with another generation', async () => {
      const refuse = () => jsonAnswer({ error: 'Insufficient balance' }, 402);
      const { backend, press, status, container } = await shown({ submit: refuse }, {});
      await press('Generate');
      expect([status(), container.querySelector('[role=alert]')?.textContent]).toEqual([
        'failed',
        expect.stringContaining('Insufficient balance'),
      ]);
      await press('Start over');
      expect([status(), backend.submits().length]).toEqual(['idle', 1]);
      await press('Generate');
      expect([status(), backend.submits().length]).toEqual(['connecting', 2]);
    });

    it('stops its actor when it unmounts, and aborts a submit that is in flight', async () => {
      const { backend, press, unmount } = await shown({ submitTakes: 5_000 });
      await press('Generate');
      expect(backend.open('submit')).toBe(1);
      await unmount();
      expect(backend.open('submit')).toBe(0);
      await pass(60_000);
      expect(backend.exchanges).toHaveLength(1);
    });

    it('reads neither clock nor chance in a render', async () => {
      wire();
      const Guarded = renderGuard()(PlainPainter);
      const guarded = page();
      const node = (
        <Wrapper>
          <Guarded onPicture={() => {}} />
        </Wrapper>
      );
      expect(renderToString(node)).toBe('');
      await guarded.show(node);
      expect(guarded.status()).toBe('idle');
    });
  });

  describe('a backend from props', () => {
    it('keeps its generation while the props are the same, and has another one when they change', async () => {
      const backend = wire();
      const warned = vi.spyOn(console, 'warn');
      const { show, press, container } = page();
      const render = (baseUrl: string) =>
        show(
          <Wrapper>
            <Painter baseUrl={baseUrl} />
          </Wrapper>,
        );
      await render('https://first.test');
      await press('idle');
      for (let round = 0; round < 10; round += 1) await render('https://first.test');
      expect([container.textContent, backend.submits().length]).toEqual(['connecting', 1]);

      await render('https://second.test');
      expect([container.textContent, backend.open('events', 'read')]).toEqual(['idle', 0]);
      await press('idle');
      expect([backend.submits().length, backend.hosts.at(-1)]).toEqual([2, 'second.test']);
      expect(warned.mock.calls).toEqual([]);
      warned.mockRestore();
    });

    it('shares one client with all components of the same backend', async () => {
      const backend = wire();
      const { show, press, container } = page();
      const render = (baseUrl: string) =>
        show(
          <Wrapper>
            <Gallery baseUrl={baseUrl} /> <Gallery baseUrl={baseUrl} />
          </Wrapper>,
        );
      const first = `https://${crypto.randomUUID()}.test`;
      await render(first);
      await press('');
      await pass(1_000);
      expect([container.textContent, backend.submits().length]).toEqual(['streaming streaming', 1]);
      await render(`https://${crypto.randomUUID()}.test`);
      expect(container.textContent).toBe(' ');
      await render(first);
      expect([container.textContent, backend.submits().length]).toEqual(['streaming streaming', 1]);
    });
  });
});

it('the guide to React shows what is tested here, word for word', () => {
  const blocks = Array.from(guide.matchAll(/```tsx\n(\/\/ .*?)```/gs), ([, code]) => code);
  expect(blocks).toEqual([backendFromProps, plainPainter]);
});
