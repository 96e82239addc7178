import { useEffect, useState } from 'react';

/** Whoever wants no motion gets a new number each second, all others ten times a second. */
const stepMs = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 1_000 : 100);

/** The time, going on while `isGoing`. */
export function useNow(isGoing: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isGoing) return;
    const timer = setInterval(() => setNow(Date.now()), stepMs());
    return () => clearInterval(timer);
  }, [isGoing]);
  return now;
}
