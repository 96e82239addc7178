import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { falDouble, replicateDouble, type VendorFault } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it, vi } from 'vitest';
import { SimulatedClock } from 'xstate';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const doubles = [
  {
    name: 'falDouble',
    create: falDouble,
    url: 'https://queue.fal.run/fal-ai/flux/dev',
    headers: { authorization: 'Key id:secret' },
  },
  {
    name: 'replicateDouble',
    create: replicateDouble,
    url: 'https://api.replicate.com/v1/models/owner/model/predictions',
    headers: { authorization: 'Bearer token' },
  },
];

describe.each(doubles)('$name', ({ create, url, headers }) => {
  const send = (fault: VendorFault | undefined, signal: AbortSignal) => {
    const double = create({ scenario: { faults: fault ? [fault] : [] }, clock: new SimulatedClock() });
    const init = { method: 'POST', body: '{"input":{}}', headers, signal };
    return { double, answer: double.fetch(url, init) };
  };

  it('ends a request that hangs when it is aborted, also after memory was collected', async () => {
    const controller = new AbortController();
    const { double, answer } = send({ on: 'submit', answer: 'hangs' }, controller.signal);
    const ended = expect(answer).rejects.toThrow('no longer needed');
    await vi.waitFor(() => expect(double.openCount).toBe(1), { timeout: 20_000 });
    for (let round = 0; round < 3; round += 1) {
      collectGarbage();
      await new Promise(resolve => setImmediate(resolve));
    }
    controller.abort(new Error('no longer needed'));
    await ended;
    expect(double.openCount).toBe(0);
    expect(double.chargedCount).toBe(0);
  });

  it('refuses a request that was aborted before', async () => {
    const { double, answer } = send(undefined, AbortSignal.abort(new Error('too late')));
    await expect(answer).rejects.toThrow('too late');
    expect(double.requests).toEqual([]);
  });
});

it('replicateDouble keeps the job of a submit that waits and is aborted', async () => {
  const controller = new AbortController();
  const double = replicateDouble({ clock: new SimulatedClock() });
  const answer = double.fetch('https://api.replicate.com/v1/predictions', {
    method: 'POST',
    body: '{"input":{}}',
    headers: { authorization: 'Bearer token', prefer: 'wait' },
    signal: controller.signal,
  });
  const ended = expect(answer).rejects.toThrow('gone');
  await vi.waitFor(() => expect(double.chargedCount).toBe(1), { timeout: 20_000 });
  controller.abort(new Error('gone'));
  await ended;
  expect([double.chargedCount, double.openCount]).toEqual([1, 0]);
});
