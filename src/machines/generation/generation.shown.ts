import type { GenerationContext } from './generation.context.js';
import type { JobUpdate } from './generation.port.js';

type Shown = GenerationContext<unknown>['shown'];

/** Absent keeps what was known, and `null` clears it. */
const withNews = <TValue>(known: TValue | undefined, news: TValue | null | undefined): TValue | undefined =>
  news === null ? undefined : (news ?? known);

/**
 * What is shown after an update. It decides nothing, except for the phase. Progress never falls, and NaN or a negative
 * number changes nothing.
 */
export function withUpdate(shown: Shown, update: JobUpdate<unknown> | undefined, now: number): Shown {
  if (update?.kind !== 'pending') return shown;
  const { phase = shown.phase, progress = -1, etaMs = -1 } = update;
  return {
    phase,
    progress: progress >= 0 ? Math.max(shown.progress ?? 0, Math.min(progress, 1)) : shown.progress,
    message: withNews(shown.message, update.message),
    backendPosition: phase === 'running' ? undefined : withNews(shown.backendPosition, update.backendPosition),
    previews: update.previews ?? shown.previews,
    expectedAt: etaMs >= 0 ? now + etaMs : shown.expectedAt,
  };
}
