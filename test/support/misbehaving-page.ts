import { expect, onTestFinished, vi } from 'vitest';
import { type BenchOptions, clientBench } from './client-bench.js';

/** Everything can be returned or thrown in JavaScript. */
export const anything = <TValue>(value: unknown) => value as TValue;

/** Whatever is done with it throws. */
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
export const revoked: object = proxy;

/** Rejections that nothing handles would end a process. */
function watchRejections(): readonly unknown[] {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  return rejections;
}

type Bench = ReturnType<typeof clientBench>;

/** A page whose console is watched. */
export async function opened(
  options: BenchOptions = {},
  toOwn: (bench: Bench) => Parameters<Bench['open']>[0] = () => ({}),
) {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => {
    printed.mockRestore();
    warned.mockRestore();
  });
  const rejections = watchRejections();
  const bench = clientBench(options);
  const page = await bench.open(toOwn(bench));
  return { bench, page, printed, warned, rejections };
}

/** The client works as if nothing had happened. */
export async function assertGoesOn({ bench, page, rejections }: Awaited<ReturnType<typeof opened>>) {
  const count = bench.submits.length;
  await page.generate('next', 'next');
  bench.finish(`job-${count + 1}`);
  await bench.advance(10_000);
  expect(page.generation('next')).toMatchObject({ status: 'completed' });
  await new Promise(resolve => setImmediate(resolve));
  expect(rejections).toEqual([]);
}
