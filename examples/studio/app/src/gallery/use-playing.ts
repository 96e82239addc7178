import { useState } from 'react';

/** Whether a video plays. With `prefers-reduced-motion` it starts paused. */
export function usePlaying(): readonly [isPlaying: boolean, toggle: () => void] {
  const [isPlaying, setPlaying] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);
  return [isPlaying, () => setPlaying(!isPlaying)];
}
