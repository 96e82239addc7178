import { toShownText } from '../../adapters/http/shown-text.js';
import { GenerationError, isGenerationError } from '../../machines/generation/generation.errors.js';
import type { JsonValue } from '../../machines/generation/generation.port.js';
import type { ServerLog } from '../log.js';
import { RequestRefusal } from '../request/refusal.js';
import { type SettlementState, toJobState, toStoredState } from '../steps/job-state.js';
import type { InTransaction } from '../store/job-store.js';
import { isStoreError } from '../store/store-errors.js';
import { createHookCall, HookTimeout } from './hook-call.js';
import type { MoneyHooks, Reservation } from './money.types.js';

/** What is reserved, before the store has said for which job, and for which attempt. */
export type Wanted = Pick<Reservation, 'user' | 'input'>;

/**
 * What reserves the price of a submit, within the transaction that stores its row.
 *
 * @param call stores the row
 * @throws what the page is told if the hook refuses: then nothing is stored, and nothing is submitted
 */
export type Reserve = <TResult>(
  wanted: Wanted,
  known: SettlementState | undefined,
  call: (within: InTransaction<unknown> | undefined) => Promise<TResult>,
) => Promise<TResult>;

/** Whether a submit has to reserve: an earlier one with its key may have done so, and not have been settled as free. */
const isReserved = (known: SettlementState | undefined): boolean => known !== undefined && known.told?.charged !== 'no';

export function createReserve({ onReserve, onSettle }: MoneyHooks, log: ServerLog): Reserve {
  return async (wanted, known, call) => {
    if (!onSettle || isReserved(known)) return call(undefined);
    const attempt = (known?.attempt ?? 0) + 1;
    const hook = createHookCall('onReserve', async (transaction, job) => {
      const { id, key, backend, userId } = job;
      const reservation: Reservation = { id, key, backend, userId, attempt, ...wanted };
      const reserve = toJson(await onReserve?.(transaction, reservation));
      return toStoredState({ ...toJobState(job), settlement: { attempt, ...(reserve !== undefined && { reserve }) } });
    });
    try {
      return await call(hook.within);
    } catch (error) {
      const fault = hook.faultOf(error);
      if (!fault?.isThrown) throw error;
      throw toRefusal(fault.error, log);
    }
  };
}

const toJson = (value: JsonValue | void): JsonValue | undefined =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as JsonValue);

const unsaid =
  'The server could not reserve the price of this generation. Nothing was submitted. Try again, or tell its operator.';

/** What a page is told of a reservation that was refused. What the database says is for the log only. */
function toRefusal(error: unknown, log: ServerLog): Error {
  // Said on purpose, with a code of its own.
  if (isGenerationError(error)) {
    const { job: _job, ...failure } = error.failure;
    return new GenerationError({ ...failure, charged: 'no' }, { cause: error });
  }
  log.report('reserve.refused', error);
  if (error instanceof HookTimeout) return new GenerationError({ code: 'timeout', message: unsaid, retryable: true });
  const said = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  if (said === '' || isStoreError(error)) return new RequestRefusal(402, 'payment-required', unsaid);
  return new RequestRefusal(402, 'payment-required', toShownText(said));
}
