import type { ClientEmitted, GalleryItem, GenerationClient } from 'generation-lifecycle';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { heldDouble, remoteServer } from '../support/remote-devices.js';
import type { Picture, Wish } from '../support/server-half.js';
import { sharedBrowser } from '../support/shared-browser.js';
// For the types of what the tabs have.
import type {} from '../support/tabs.entry.js';
import { bundleTab } from '../support/tabs.js';

type Item = GalleryItem<{ readonly url: string }>;
declare global {
  var pictures: GenerationClient<Wish, Picture, Item>;
  var toasts: string[];
}

let script: string;
beforeAll(async () => {
  script = await bundleTab();
});

/** A server half with a vendor whose jobs end when they are let go, and browsers on which a user signs in. */
async function opened() {
  const browser = await sharedBrowser();
  const { double, letGo, charged } = heldDouble();
  const server = await remoteServer({ double, repeatStateMs: 1_000 });
  onTestFinished(() => server.stop());
  const { origin } = new URL(server.baseUrl);

  /** Another device: it has nothing in common with the others but the user. */
  const signIn = async (user: string) => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    await context.addCookies([{ name: 'user', value: user, url: origin }]);
    await context.route(`${origin}/`, route =>
      route.fulfill({ contentType: 'text/html', body: `<!doctype html><ul></ul><script>${script}</script>` }),
    );
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    await page.evaluate(() => {
      const baseUrl = '/api/generations/image';
      const { remoteBackend, remoteLocks, remoteStore, browserLocks, createGenerationMachine } = lifecycle;
      globalThis.toasts = [];
      globalThis.pictures = lifecycle.createGenerationClient({
        name: 'pictures',
        generation: createGenerationMachine(remoteBackend<Wish, Picture>({ baseUrl, durable: true }), {
          policy: { pollDelayMs: [100], minReadGapMs: 50, reopenDelaysMs: [200] },
        }),
        toItems: ({ images }) => images.map(({ url }) => ({ url })),
        store: remoteStore<Item>({ baseUrl }),
        locks: remoteLocks({ baseUrl, leaseMs: 3_000, tabs: browserLocks() }),
      });
      pictures.on('*', ({ type }: ClientEmitted<Item>) => {
        if (type === 'generation.completed') toasts.push(type);
      });
      pictures.subscribe(() => {
        const { generations, items } = pictures.getSnapshot();
        const lines = [...generations.map(({ id, status }) => `${id} ${status}`), ...items.map(({ id }) => id)];
        document
          .querySelector('ul')
          ?.replaceChildren(...lines.map(line => Object.assign(document.createElement('li'), { textContent: line })));
      });
    });
    return {
      page,
      shown: () => page.getByRole('listitem').allTextContents(),
      toasts: () => page.evaluate(() => toasts.length),
    };
  };
  return { signIn, letGo, charged };
}

it('a user with two browsers sees what runs on both, its picture once on each, one toast, and what is removed go from both', async () => {
  const { signIn, letGo, charged } = await opened();
  const phone = await signIn('ada');
  await phone.page.evaluate(() => void pictures.generate({ prompt: 'fog' }, { id: 'fog' }));
  await expect.poll(phone.shown).toEqual([expect.stringMatching(/^fog (connecting|streaming|polling)$/)]);
  const laptop = await signIn('ada');
  await expect.poll(laptop.shown).toEqual([expect.stringMatching(/^fog (connecting|streaming|polling)$/)]);
  letGo();
  const both = [phone, laptop];
  const pictureOf = async () =>
    (await Promise.all(both.map(({ shown }) => shown()))).map(lines => lines.filter(line => line.includes('/')));
  await expect.poll(pictureOf).toEqual([['fog/0'], ['fog/0']]);
  await expect.poll(async () => (await Promise.all(both.map(({ toasts }) => toasts()))).toSorted()).toEqual([0, 1]);
  const other = await signIn('bob');
  await laptop.page.evaluate(() => pictures.send({ type: 'REMOVE', id: 'fog/0' }));
  await expect.poll(pictureOf).toEqual([[], []]);
  expect([await other.shown(), charged()]).toEqual([[], 1]);
});
