import { useState } from 'react';

/** Whether a film plays. Whoever wants no motion sees it move only when asked for. */
export function usePlaying(): readonly [isPlaying: boolean, toggle: () => void] {
  const [isPlaying, setPlaying] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);
  return [isPlaying, () => setPlaying(!isPlaying)];
}
