import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { remoteBackend, remoteLocks, remoteStore } from 'generation-lifecycle/adapters/remote-backend';
import type { VendorScenario } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cuttableFetch, headersOf, heldDouble, remoteServer } from '../support/remote-devices.js';
import type { Picture, Wish } from '../support/server-half.js';

/** A server half, a vendor whose jobs end when they are let go, and devices of one user. */
async function opened(scenario: VendorScenario = {}) {
  const { double, letGo, charged } = heldDouble(scenario);
  const server = await remoteServer({ double, repeatStateMs: 1_000 });
  onTestFinished(() => server.stop());
  const { baseUrl } = server;
  /** What all devices have told of ends. */
  const told: string[] = [];

  /** A device on which the user signs in. */
  function signIn(device: string) {
    const network = cuttableFetch();
    const connection = { baseUrl, headers: headersOf('ada'), fetch: network.fetch };
    const client = createGenerationClient({
      name: 'pictures',
      generation: createGenerationMachine(remoteBackend<Wish, Picture>({ ...connection, durable: true }), {
        policy: { pollDelayMs: [100], minReadGapMs: 50, reopenDelaysMs: [200] },
      }),
      toItems: ({ images }) => images.map(({ url }) => ({ url })),
      describe: ({ prompt }) => ({ prompt }),
      store: remoteStore<{ readonly id: string; readonly url: string }>(connection),
      locks: remoteLocks({ ...connection, leaseMs: 3_000 }),
    });
    client.on('*', ({ type, ...event }) => {
      if (type === 'generation.completed' || type === 'generation.failed') told.push(`${device}: ${type} ${event.id}`);
    });
    client.subscribe(() => {});
    onTestFinished(() => client.stop());
    return {
      client,
      network,
      generate: (prompt: string) => void client.generate({ prompt }, { id: prompt }).items.catch(() => {}),
      shown: () => client.getSnapshot().generations.map(({ id, status }) => `${id}: ${status}`),
      items: () => client.getSnapshot().items.map(({ id }) => id),
    };
  }
  return { signIn, told, letGo, charged, server };
}

const running = /: (connecting|streaming|polling|submitting|elsewhere|following)/;

describe('a user with two devices', () => {
  it('finds what runs and what has ended on the second one, shown once on each and told once', async () => {
    const { signIn, told, letGo, charged } = await opened();
    const phone = signIn('phone');
    phone.generate('fog');
    await expect.poll(phone.shown).toEqual([expect.stringMatching(running)]);
    const laptop = signIn('laptop');
    await expect.poll(laptop.shown).toEqual([expect.stringMatching(running)]);
    letGo();
    await expect.poll(() => [phone.items(), laptop.items()]).toEqual([['fog/0'], ['fog/0']]);
    // One that is new on the device that has not asked for the first.
    laptop.generate('rain');
    await expect
      .poll(() => [phone.items(), laptop.items()].map(items => items.toSorted()))
      .toEqual([
        ['fog/0', 'rain/0'],
        ['fog/0', 'rain/0'],
      ]);
    await expect
      .poll(() => told.map(line => line.replace(/^.*: /, '')).toSorted())
      .toEqual(['generation.completed fog', 'generation.completed rain']);
    expect(charged()).toBe(2);
    const tablet = signIn('tablet');
    await expect.poll(() => tablet.items().toSorted()).toEqual(['fog/0', 'rain/0']);
    expect(told).toHaveLength(2);
  });

  it('hears of a failure on one of them', async () => {
    const { signIn, told, letGo } = await opened({ ends: 'failed' });
    const devices = [signIn('phone'), signIn('laptop')];
    devices[0]?.generate('fog');
    await expect
      .poll(() => devices.map(({ shown }) => shown()))
      .toEqual([[expect.stringMatching(running)], [expect.stringMatching(running)]]);
    letGo();
    await expect.poll(() => devices.map(({ shown }) => shown())).toEqual([['fog: failed'], ['fog: failed']]);
    expect(told.map(line => line.replace(/^.*: /, ''))).toEqual(['generation.failed fog']);
  });

  it('has the end told by the laptop if the phone that followed is gone', async () => {
    const { signIn, told, letGo, charged } = await opened();
    const phone = signIn('phone');
    phone.generate('fog');
    const laptop = signIn('laptop');
    await expect.poll(laptop.shown).toEqual([expect.stringMatching(running)]);
    phone.network.set('cut');
    phone.client.stop();
    letGo();
    await expect.poll(laptop.items).toEqual(['fog/0']);
    expect([told, charged()]).toEqual([['laptop: generation.completed fog'], 1]);
  });

  it('has the end told once if the network of the phone that followed is lost, and on the phone once it is back', async () => {
    const { signIn, told, letGo, charged } = await opened();
    const phone = signIn('phone');
    phone.generate('fog');
    const laptop = signIn('laptop');
    await expect.poll(laptop.shown).toEqual([expect.stringMatching(running)]);
    phone.network.set('cut');
    letGo();
    await expect.poll(laptop.items).toEqual(['fog/0']);
    expect(phone.items()).toEqual([]);
    phone.network.set('up');
    await expect.poll(phone.items).toEqual(['fog/0']);
    await expect.poll(phone.shown).toEqual(laptop.shown());
    expect([told, charged()]).toEqual([['laptop: generation.completed fog'], 1]);
  });

  it('removes an item on one and finds it gone on the other, also when it was offline', async () => {
    const { signIn, letGo } = await opened();
    letGo();
    const [phone, laptop] = [signIn('phone'), signIn('laptop')];
    for (const prompt of ['fog', 'rain']) phone.generate(prompt);
    await expect.poll(() => laptop.items().toSorted()).toEqual(['fog/0', 'rain/0']);
    laptop.client.send({ type: 'REMOVE', id: 'fog/0' });
    await expect.poll(phone.items).toEqual(['rain/0']);
    phone.network.set('cut');
    laptop.client.send({ type: 'REMOVE', id: 'rain/0' });
    await expect.poll(laptop.items).toEqual([]);
    expect(phone.items()).toEqual(['rain/0']);
    phone.network.set('up');
    await expect.poll(phone.items).toEqual([]);
  });

  it('finds a job whose page was closed before it had written of it', async () => {
    const { signIn, letGo, server, charged } = await opened();
    const submitted = await fetch(`${server.baseUrl}/jobs`, {
      method: 'POST',
      headers: { ...headersOf('ada'), 'content-type': 'application/json', 'idempotency-key': 'fog' },
      body: '{"prompt":"fog"}',
    });
    expect(submitted.status).toBe(201);
    const laptop = signIn('laptop');
    await expect.poll(laptop.shown).toEqual([expect.stringMatching(running)]);
    letGo();
    await expect.poll(laptop.items).toHaveLength(1);
    expect(charged()).toBe(1);
  });
});
