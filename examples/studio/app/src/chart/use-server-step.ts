import { useEffect, useState } from 'react';
import type { ServerStep } from '../../../server/generations/server-step.js';

const everyMs = 500;

/** Where the server half is with the job of a generation, while it runs; `undefined` where there is none. */
export function useServerStep(generationId: string | undefined): ServerStep | undefined {
  const [step, setStep] = useState<ServerStep>();
  useEffect(() => {
    setStep(undefined);
    if (generationId === undefined) return;
    const stopping = new AbortController();
    const look = async () => {
      const { signal } = stopping;
      const url = `/api/studio/steps/${encodeURIComponent(generationId)}`;
      const answer = await fetch(url, { signal }).catch(() => undefined);
      const seen: ServerStep | undefined = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
      if (signal.aborted) return;
      // While the server is away, the last step stays.
      if (seen) setStep(seen);
      if (seen?.dueAt !== null || seen.states.length > 0) setTimeout(look, everyMs);
    };
    void look();
    return () => stopping.abort();
  }, [generationId]);
  return step;
}
