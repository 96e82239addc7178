import { useEffect, useState } from 'react';

/** Once a second with `prefers-reduced-motion`, else ten times a second. */
const stepMs = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 1_000 : 100);

/** The current time, updated while `isRunning`. */
export function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), stepMs());
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
