import type { GenerationAdapter } from '../machines/generation/generation.port.js';
import { toJobWebhook } from './job-webhook.js';

/** What ends jobs where no process lives on. */
export type Serverless = {
  /** How often somebody calls `sweep()`; `undefined` if nobody does. */
  readonly sweepEveryMs: number | undefined;
  /** Whether vendors are told where to post the end of a job. */
  readonly hasWebhooks: boolean;
};

type Adapter = GenerationAdapter<unknown, unknown>;

/**
 * Refuses a backend whose jobs cannot be followed to their end once the page is closed, because no process lives on.
 *
 * @throws TypeError that says what to do about it
 */
export function assertServerless(name: string, adapter: Adapter, serverless: Serverless): void {
  const problem = problemOf(name, adapter, serverless);
  if (problem !== undefined) throw new TypeError(`createGenerationServer(): ${problem}`);
}

function problemOf(
  name: string,
  { stream, resultsLiveMs, ...adapter }: Adapter,
  { sweepEveryMs, hasWebhooks }: Serverless,
): string | undefined {
  if (stream?.isJob) {
    return `the jobs of backend ${name} live on their streams, so a process has to hold each of them to its end, and serverless says that none lives on. Leave serverless out where one does, or use an adapter whose jobs can be read.`;
  }
  const webhook = toJobWebhook(adapter);
  if (webhook && hasWebhooks) return undefined;
  const orWebhook = webhook ? ', or pass publicUrl, so that the vendor posts each end' : '';
  if (sweepEveryMs === undefined) {
    return `with serverless, nothing follows a job of backend ${name} once its page is closed. Call sweep() from a cron, and pass sweepEveryMs: how often it does so, in ms${orWebhook}.`;
  }
  if (resultsLiveMs !== undefined && sweepEveryMs >= resultsLiveMs) {
    return `sweepEveryMs is ${sweepEveryMs}, and results of backend ${name} live for ${resultsLiveMs} ms: they may be gone before sweep() sees them. Call sweep() more often${orWebhook}.`;
  }
  return undefined;
}
