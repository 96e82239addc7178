import type { ServerLog } from '../log.js';
import { type AfterEndTask, tasksDueAt } from '../steps/after-end.js';
import { type JobState, type SettlementState, statusOf, toJobState, toStoredState } from '../steps/job-state.js';
import { isEnded, type JobStore, type StoredJob, type StoredJobChange } from '../store/job-store.js';
import { withReplaced } from '../store/replaced.js';
import { chargeOf, isSameCharge } from './charge.js';
import { createHookCall } from './hook-call.js';
import type { Charge, MoneyHooks } from './money.types.js';

const firstRetryMs = 1_000;
const longestRetryMs = 3_600_000;
/** How long a process without hooks leaves what is owed to the others. */
const leftMs = 60_000;

type Settling = {
  readonly hooks: MoneyHooks;
  readonly settleMaybeAfterMs: number;
  readonly log: ServerLog;
  /** All that is left after an end. */
  readonly tasks: readonly AfterEndTask[];
};

/** What is owed when it is due: a write of the row settles it. */
export const settlementTask: AfterEndTask = {
  begin: state => state,
  dueAt: ({ settlement }) => settlement?.dueAt,
  async run({ update }) {
    await update(state => state);
  },
};

/** What is owed about a job that has ended: nothing; a call, by this write; or a call at a later time. */
type Owed = 'nothing' | 'call' | { readonly dueAt: number };

/**
 * A store whose writes settle the jobs that they end: in the same transaction, so that each end is settled once, whoever stores it. A job that nothing was
 * reserved for is written as it is.
 */
export function createSettlingStore(store: JobStore, settling: Settling): JobStore {
  const { hooks, settleMaybeAfterMs, log, tasks } = settling;

  function withSettlement(change: StoredJobChange, state: JobState, settlement: SettlementState): StoredJobChange {
    const next: JobState = { ...state, settlement };
    return { ...change, state: toStoredState(next), dueAt: tasksDueAt(tasks, next) };
  }

  function owedOf({ told, dueAt = 0, failures = 0 }: SettlementState, charge: Charge, now: number): Owed {
    const isKnown = charge.charged !== 'maybe';
    // What is not known corrects nothing.
    if (told && (!isKnown || isSameCharge(told, charge))) return 'nothing';
    const at = failures > 0 ? dueAt : isKnown ? now : dueAt || now + settleMaybeAfterMs;
    if (at > now) return { dueAt: at };
    // Another process has the hooks: this one is older, or has other options.
    return hooks.onSettle ? 'call' : { dueAt: now + leftMs };
  }

  /** Writes an end, and calls the hook within that. */
  async function writeAndCall(
    [id, condition, change]: Parameters<JobStore['write']>,
    state: Ended,
    charge: Charge,
    now: number,
  ): Promise<StoredJob | undefined> {
    const { told, reserve, attempt, failures = 0 } = state.settlement;
    const call = createHookCall(told ? 'onCorrect' : 'onSettle', async (transaction, job) => {
      const paid = { ...toPaid(job), attempt, ...charge, ...(reserve !== undefined && { reserve }) };
      if (!told) await hooks.onSettle?.(transaction, paid);
      else if (hooks.onCorrect) await hooks.onCorrect(transaction, { ...paid, before: told });
      else
        log.report('correct.missing', new Error(`Job ${id} was settled as ${toText(told)}, and is ${toText(charge)}.`));
      return undefined;
    });
    try {
      return await store.write(
        id,
        condition,
        withSettlement(change, state, { attempt, reserve, told: charge }),
        call.within,
      );
    } catch (error) {
      const fault = call.faultOf(error);
      if (!fault) throw error;
      log.report(told ? 'correct.failed' : 'settle.failed', fault.error, { id });
      // The end is stored whatever its hook does. What is owed is tried again.
      const waitMs = Math.min(longestRetryMs, firstRetryMs * 2 ** failures);
      const owed = { ...state.settlement, failures: failures + 1, dueAt: now + waitMs };
      return store.write(id, condition, withSettlement(change, state, owed));
    }
  }

  const write: JobStore['write'] = async (id, condition, change, within) => {
    const state = change.state && toJobState({ id, state: change.state });
    if (!state || !isSettled(state)) return store.write(id, condition, change, within);
    const { settlement } = state;
    const charge = chargeOf(state);
    const now = await store.now();
    const owed = owedOf(settlement, charge, now);
    if (owed === 'call') return writeAndCall([id, condition, change], state, charge, now);
    const { attempt, reserve, told } = settlement;
    const next = owed === 'nothing' ? { attempt, reserve, told } : { ...settlement, dueAt: owed.dueAt };
    return store.write(id, condition, withSettlement(change, state, next), within);
  };

  return withReplaced(store, { write });
}

type Ended = JobState & { readonly settlement: SettlementState };

const isSettled = (state: JobState): state is Ended =>
  state.settlement !== undefined && isEnded({ status: statusOf(state) });

const toText = ({ status, charged, cost }: Charge): string =>
  `${status}, charged: ${charged}${cost ? `, ${cost.amount} ${cost.unit}` : ''}`;

const toPaid = ({ id, key, backend, userId }: StoredJob) => ({ id, key, backend, userId });
