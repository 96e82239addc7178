import type { JsonObject } from '../../machines/generation/generation.port.js';
import { hookPatienceMs, type InTransaction, type StoredJob } from '../store/job-store.js';

/** A hook that did not end in time. */
export class HookTimeout extends Error {
  override readonly name = 'HookTimeout';
}

async function inTime<TResult>(name: string, run: () => TResult | Promise<TResult>): Promise<TResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const text = `${name}() has not ended within ${hookPatienceMs / 1_000} s, so nothing was stored. Let it use its transaction only, and keep that short.`;
      reject(new HookTimeout(text));
    }, hookPatienceMs);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A hook as it is called within a transaction, and whether it was its fault if that failed: what a store throws is another matter. A hook that has
 * not ended when the transaction has failed is the reason for that, too.
 */
export function createHookCall(
  name: string,
  run: (transaction: unknown, job: StoredJob) => JsonObject | undefined | Promise<JsonObject | undefined>,
) {
  let fault: { readonly error: unknown } | undefined;
  let isRunning = false;
  const within: InTransaction<unknown> = async (transaction, job) => {
    fault = undefined;
    isRunning = true;
    try {
      const state = await inTime(name, () => run(transaction, job));
      isRunning = false;
      return state;
    } catch (error) {
      isRunning = false;
      fault = { error };
      throw error;
    }
  };
  return {
    within,
    /** What the hook has thrown, if the call has failed by that. */
    faultOf: (error: unknown): { readonly error: unknown; readonly isThrown: boolean } | undefined =>
      fault ? { ...fault, isThrown: true } : isRunning ? { error, isThrown: false } : undefined,
  };
}
