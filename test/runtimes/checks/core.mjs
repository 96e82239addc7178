import assert from 'node:assert/strict';
import { createGenerationMachine, viewGeneration } from 'generation-lifecycle';
import { createActor, toPromise } from 'xstate';
import { pause, until } from '../patience.mjs';
import { startVendor } from '../vendor.mjs';

/** @param {Awaited<ReturnType<typeof startVendor>>} vendor */
function startGeneration({ adapter }) {
  const actor = createActor(createGenerationMachine(adapter), { input: { id: crypto.randomUUID() } });
  /** @type {Set<string>} */
  const seen = new Set();
  let completed = 0;
  actor.subscribe(snapshot => void seen.add(viewGeneration(snapshot).status));
  actor.on('completed', () => {
    completed += 1;
  });
  actor.start();
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  return { actor, seen, completed: () => completed };
}

export async function followsStream() {
  const vendor = await startVendor();
  const { actor, seen, completed } = startGeneration(vendor);
  const result = await toPromise(actor);
  assert.deepEqual(result.status === 'completed' && result.output.images, [{ url: vendor.url }]);
  assert(seen.has('streaming'), `Seen: ${[...seen]}`);
  assert.equal(completed(), 1);
  assert.equal(vendor.double.chargedCount, 1);
  await vendor.close();
}

/** Some servers close a connection on which nothing was sent for 10 s, unless they are told to wait. */
export async function keepsSilentStream() {
  const vendor = await startVendor({ queuedMs: 600_000 });
  const { actor, seen } = startGeneration(vendor);
  await until('the stream is open', () => seen.has('streaming'));
  await pause(15_000);
  assert.equal(viewGeneration(actor.getSnapshot()).status, 'streaming');
  assert.equal(vendor.double.requests.filter(({ action }) => action === 'events').length, 1);
  actor.stop();
  await vendor.close();
}

export async function pollsAfterLostStream() {
  const vendor = await startVendor({ runningMs: 2_500, faults: [{ on: 'events', answer: 'cut' }] });
  const { actor, seen, completed } = startGeneration(vendor);
  const result = await toPromise(actor);
  assert.equal(result.status, 'completed');
  assert(seen.has('streaming') && seen.has('polling'), `Seen: ${[...seen]}`);
  assert.equal(completed(), 1);
  assert.equal(vendor.double.chargedCount, 1);
  await vendor.close();
}

export async function closesStreamWhenStopped() {
  const vendor = await startVendor({ queuedMs: 600_000 });
  const { actor, seen } = startGeneration(vendor);
  await until('the stream is open', () => seen.has('streaming') && vendor.double.openCount > 0);
  actor.stop();
  await until('the vendor has heard that the stream is closed', () => vendor.double.openCount === 0);
  await vendor.close();
}
