import { createGenerationMachine, type GenerationResult, toResumeToken } from 'generation-lifecycle';
import { virtualEnvironment } from 'generation-lifecycle/testing';
import { createActor, SimulatedClock } from 'xstate';
import type { VendorColumn } from './columns.js';
import type { VendorRow } from './rows.js';

/** What was seen in one cell of the table. */
export type Cell = {
  readonly results: readonly GenerationResult<unknown>[];
  readonly submitCount: number;
  readonly chargedCount: number;
  readonly followCount: number;
  readonly endedAtMs: number;
  /** Requests that were open, or were sent, after the end. */
  readonly leftOver: number;
  /** Everything that a page could store, show or log. */
  readonly told: string;
};

const stepMs = 50;
const longestMs = 300_000;
/** Long enough for every timer of the policy's defaults but the deadlines. */
const afterwardsMs = 60_000;

/** Answers of `fetch` and bodies come in turns of the event loop, whatever the virtual clock says. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise(resolve => setImmediate(resolve));
}

/** Runs one case with one vendor, in virtual time. */
export async function runCell(column: VendorColumn, row: VendorRow): Promise<Cell> {
  const clock = new SimulatedClock();
  const { double, adapter } = column.create({ scenario: row.scenario, clock, key: column.key });
  const machine = createGenerationMachine(adapter, { environment: virtualEnvironment({ now: () => clock.now() }) });
  const results: GenerationResult<unknown>[] = [];
  const told: unknown[] = [];
  let endedAtMs = 0;

  const start = (resume?: NonNullable<ReturnType<typeof toResumeToken>>) => {
    const actor = createActor(machine, { clock, input: { id: 'generation-1', ...(resume && { resume }) } });
    for (const name of ['completed', 'failed', 'cancelled'] as const)
      actor.on(name, outcome => {
        told.push(outcome);
        endedAtMs = clock.now();
      });
    actor.subscribe({
      next: ({ context }) => told.push(context),
      complete: () => {
        const { output } = actor.getSnapshot();
        if (output) results.push(output);
      },
    });
    return actor.start();
  };

  let actor = start();
  actor.send({ type: 'GENERATE', input: column.input });
  while (results.length === 0 && clock.now() < longestMs) {
    await settle();
    if (clock.now() === row.cancelAtMs) actor.send({ type: 'CANCEL' });
    if (clock.now() === row.reloadAtMs && results.length === 0) {
      const token = toResumeToken(actor.getSnapshot());
      actor.stop();
      told.push(token);
      if (token) actor = start(JSON.parse(JSON.stringify(token)));
    }
    clock.increment(stepMs);
  }
  await settle();
  const sentBefore = double.requests.length;
  for (let waited = 0; waited < afterwardsMs; waited += 1_000) {
    clock.increment(1_000);
    await settle();
  }
  const count = (...actions: readonly unknown[]) =>
    double.requests.filter(({ action }) => actions.includes(action)).length;
  return {
    results,
    submitCount: count('submit'),
    chargedCount: double.chargedCount,
    followCount: count('read', 'result', 'events'),
    endedAtMs,
    leftOver: double.openCount + double.requests.length - sentBefore,
    told: JSON.stringify([told, double.requests.map(({ url }) => url)]),
  };
}

/** The outcome in a few words. */
export function endOf({ results: [result] }: Cell): string {
  if (!result) return 'no outcome';
  if (result.status === 'failed') return `failed: ${result.failure.code}`;
  if (result.status === 'cancelled') return result.stopped ? 'cancelled, stopped' : 'cancelled, not stopped';
  return result.status;
}

/** What the cell of the table says. */
export function textOf(cell: Cell): string {
  const [result] = cell.results;
  const charged =
    result?.status === 'failed' ? result.failure.charged : result?.status === 'cancelled' ? result.charged : 'yes';
  const seconds = (cell.endedAtMs / 1_000).toFixed(1);
  return `${endOf(cell)}; charged ${charged}; ${seconds} s; ${cell.submitCount} + ${cell.followCount} requests`;
}
