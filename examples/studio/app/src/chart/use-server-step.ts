import { useEffect, useState } from 'react';
import type { ServerStep } from '../../../server/generations/server-step.js';

const everyMs = 500;

/**
 * Where the server half is with the job of a generation, until that has ended; `undefined` where there is none.
 *
 * @param isRunning whether there may be such a job later, if the server does not know it yet
 */
export function useServerStep(generationId: string | undefined, isRunning: boolean): ServerStep | undefined {
  const [seen, setSeen] = useState<{ readonly of: string; readonly step: ServerStep }>();
  useEffect(() => {
    if (generationId === undefined) return;
    const stopping = new AbortController();
    const { signal } = stopping;
    const look = async () => {
      const url = `/api/studio/steps/${encodeURIComponent(generationId)}`;
      const answer = await fetch(url, { signal }).catch(() => undefined);
      const step: ServerStep | undefined = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
      if (signal.aborted) return;
      // While the server is away, the last step stays.
      if (step) setSeen({ of: generationId, step });
      const isOver = step ? step.dueAt === null && step.states.length === 0 : answer?.status === 404 && !isRunning;
      if (!isOver) setTimeout(look, everyMs);
    };
    void look();
    return () => stopping.abort();
  }, [generationId, isRunning]);
  return seen?.of === generationId ? seen?.step : undefined;
}
