import type { ChartTransition } from 'generation-lifecycle/devtools';

/** The cause of a transition. */
export function causeWords({ kind, name }: ChartTransition): string {
  if (kind === 'after') return `after ${name}`;
  if (kind === 'done') return `${name} is done`;
  if (kind === 'error') return `${name} fails`;
  return kind === 'always' ? 'always' : name;
}

/** The last two names of a path. */
export function pathWords(path: string): string {
  const names = path.split('.');
  return names.length < 3 ? names.join(' › ') : names.slice(-2).join(' › ');
}

/** A duration: tenths of a second below 10 s, then seconds, then minutes. */
export function timeWords(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, '0')} s`;
}
