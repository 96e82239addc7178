import type { EventsCall } from '../../machines/generation/generation.port.js';
import { valuesOf } from '../../machines/values-of.js';
import { assertPort, type Bench, idempotencyKey } from './bench.js';
import type { Reply } from './loopback-server.js';
import { isReadable, type Requirement, situation } from './requirement.js';

/** Makes the call. It reports the first update of a stream. */
type Start = (bench: Bench, signal: AbortSignal, onUpdate: () => void) => Promise<() => Promise<unknown>>;

/** Aborts a call while the backend gives no answer, or while its stream is open. */
async function assertAborts(bench: Bench, name: string, start: Start, reply: Reply = 'never'): Promise<void> {
  const controller = new AbortController();
  let onUpdate = () => {};
  const updated = new Promise<void>(resolve => {
    onUpdate = resolve;
  });
  const call = await start(bench, controller.signal, onUpdate);
  bench.server.setReply(reply, { isOpen: true });
  let isRejected = false;
  const ended = call().catch(() => {
    isRejected = true;
  });
  const { closed } = await bench.within(bench.server.nextRequest(), `${name}() sent no request.`);
  if (reply !== 'never') await bench.within(updated, `${name}() yields nothing while its stream is open.`);
  controller.abort();
  await bench.within(ended, `${name}() goes on after its signal was aborted.`);
  assertPort(
    isRejected || name === 'events',
    `${name}() that is aborted must reject, and answers as if nothing had happened.`,
  );
  await bench.within(
    closed,
    `${name}() leaves its connection open after its signal was aborted. Pass the signal to fetch.`,
  );
}

const onRequest = (name: string, start: Start, needs: Pick<Requirement, 'member' | 'isMeant'> = {}): Requirement => ({
  name: `${name}() rejects when it is aborted, and closes its connection`,
  ...needs,
  test: bench => assertAborts(bench, name, start),
});

const follow: Start = async (bench, signal, onUpdate) => {
  const job = await bench.submitted();
  const ignore = () => undefined;
  const call: EventsCall = { signal, onOpen: ignore, onAlive: ignore, onId: ignore, onRetry: ignore };
  return async () => {
    for await (const _ of valuesOf(bench.adapter.events?.(job, call))) onUpdate();
  };
};

export const abortRequirements: readonly Requirement[] = [
  onRequest('submit', async (bench, signal) => {
    const { input } = bench.options;
    return () => bench.adapter.submit(input, { signal, idempotencyKey });
  }),
  {
    name: 'submit() sends nothing if it is aborted before',
    async test(bench) {
      const controller = new AbortController();
      controller.abort();
      const { signal } = controller;
      const { input, server } = bench.options;
      const attempt = await bench.attempt('submit', server.submit.accepted, () =>
        bench.adapter.submit(input, { signal, idempotencyKey }),
      );
      assertPort(attempt.requests.length === 0, 'submit() sent a paid request although its signal was aborted before.');
      assertPort(
        attempt.isRejected,
        'submit() that is aborted before must reject, and answers as if nothing had happened.',
      );
    },
  },
  onRequest(
    'read',
    async (bench, signal) => {
      const job = await bench.submitted();
      return () => bench.adapter.read(job, { signal });
    },
    { isMeant: isReadable },
  ),
  onRequest(
    'cancel',
    async (bench, signal) => {
      const job = await bench.submitted();
      return async () => bench.adapter.cancel?.(job, { signal });
    },
    { member: 'cancel' },
  ),
  onRequest('find', async (bench, signal) => async () => bench.adapter.find?.(idempotencyKey, { signal }), {
    member: 'find',
  }),
  onRequest(
    'cancelByKey',
    async (bench, signal) => async () => bench.adapter.cancelByKey?.(idempotencyKey, { signal }),
    { member: 'cancelByKey' },
  ),
  {
    name: 'events() ends when it is aborted before its answer, and closes its connection',
    member: 'events',
    test: bench => assertAborts(bench, 'events', follow),
  },
  {
    name: 'events() ends when it is aborted within its stream, and closes its connection',
    member: 'events',
    situation: situation('events', 'running'),
    test: (bench, running) => assertAborts(bench, 'events', follow, running),
  },
];
