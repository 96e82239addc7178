import type { ChartTransition } from 'generation-lifecycle/devtools';

/** What makes a transition happen, in words. */
export function causeWords({ kind, name }: ChartTransition): string {
  if (kind === 'after') return `after ${name}`;
  if (kind === 'done') return `${name} is done`;
  if (kind === 'error') return `${name} breaks`;
  return kind === 'always' ? 'at once' : name;
}

/** A path as its own name, with the part of the chart that it stands in where there are several of that name. */
export function placeWords(path: string): string {
  const names = path.split('.');
  return names.length < 3 ? names.join(' › ') : names.slice(-2).join(' › ');
}

/** A length of time that runs out or goes on: tenths below ten seconds, then seconds, then minutes. */
export function timeWords(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, '0')} s`;
}
