import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { clientBench, flush } from '../../support/client-bench.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Whether nothing keeps it in memory any more. */
async function isCollected(ref: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 10; round += 1) {
    await flush();
    collectGarbage();
  }
  return ref.deref() === undefined;
}

it('a client that was stopped is not kept by its adapter', async () => {
  const bench = clientBench();
  const actors: WeakRef<object>[] = [];
  const page = await bench.open({
    inspect: ({ type, rootId, actorRef }) => {
      if (type === '@xstate.actor' && actorRef.sessionId === rootId) actors.push(new WeakRef(actorRef));
    },
  });
  page.client.stop();
  const [actor = expect.fail()] = actors;
  expect(await isCollected(actor)).toBe(true);
});

it('a signal is not kept once the promise that it was passed for is settled', async () => {
  const bench = clientBench();
  const page = await bench.open();
  const generate = async () => {
    const { signal } = new AbortController();
    const { items } = page.client.generate({ prompt: 'fog' }, { signal });
    await flush();
    bench.finish('job-1');
    await bench.advance(5_000);
    await expect(items).resolves.toHaveLength(1);
    return new WeakRef(signal);
  };
  expect(await isCollected(await generate())).toBe(true);
});
