import type { Cost, JobPhase, PendingUpdate } from '../../machines/generation/generation.port.js';
import { toResultUrl } from '../http/result-url.js';
import { toShownText } from '../http/shown-text.js';
import { toMembers, toNumber, toText } from './metadata.js';

/** What the backend says about a job that goes on. */
export type News = Pick<PendingUpdate, 'phase' | 'progress' | 'message' | 'backendPosition' | 'etaMs'> & {
  /** Of an early image. */
  readonly previewUrl?: string | undefined;
};

const phases: Readonly<Record<string, JobPhase>> = {
  queued: 'queued',
  in_queue: 'queued',
  waiting: 'queued',
  scheduled: 'queued',
  running: 'running',
  processing: 'running',
  in_progress: 'running',
  generating: 'running',
  rendering: 'running',
  started: 'running',
  working: 'running',
};

/** A status in one form: `In Progress` and `in-progress` are `in_progress`. */
export const toStatus = (value: unknown): string =>
  typeof value === 'string'
    ? value
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_')
    : '';

/**
 * Reads phase, position, progress, message and the expected rest of the time. Absent members say nothing, and `null` says
 * that there is none.
 *
 * @param base the URL against which that of a preview is resolved
 * @param isFlat whether progress may be 0..1. Otherwise it is 0..100, and 1 is one percent.
 */
export function toNews(
  members: ReadonlyMap<string, unknown>,
  secrets: readonly string[] | undefined,
  base: string | undefined,
  isFlat = false,
): News {
  const position = toPosition(members.get('queue_position'));
  const named = phases[toStatus(members.get('phase'))] ?? phases[toStatus(members.get('status'))];
  const progress = toFraction(members.get('progress'), isFlat);
  const isWorkedOn = progress !== undefined && progress > 0;
  const phase = named ?? (position != null && !isWorkedOn ? 'queued' : undefined);
  return {
    phase,
    progress,
    message: toMessage(members, secrets),
    backendPosition: position,
    etaMs: toEtaMs(members),
    previewUrl: toResultUrl(toText(members.get('preview_url')), base),
  };
}

function toPosition(value: unknown): number | null | undefined {
  if (value === null) return null;
  const position = toNumber(value);
  return position !== undefined && position >= 0 ? Math.floor(position) : undefined;
}

function toFraction(value: unknown, isFlat: boolean): number | undefined {
  const progress = toNumber(value);
  if (progress === undefined) return undefined;
  const isFraction = isFlat && progress <= 1;
  return Math.min(Math.max(isFraction ? progress : progress / 100, 0), 1);
}

function toMessage(members: ReadonlyMap<string, unknown>, secrets: readonly string[] | undefined) {
  const message = members.get('message');
  if (message === null) return null;
  return typeof message === 'string' ? toShownText(message, secrets) || null : undefined;
}

/** `eta_ms` is in ms, `eta` in seconds. */
function toEtaMs(members: ReadonlyMap<string, unknown>): number | undefined {
  const seconds = toNumber(members.get('eta'));
  const ms = toNumber(members.get('eta_ms')) ?? (seconds === undefined ? undefined : seconds * 1_000);
  return ms !== undefined && ms >= 0 ? ms : undefined;
}

/** `{ amount, unit }`, as the backend says it. */
export function toCost(value: unknown): Cost | undefined {
  const members = toMembers(value);
  const amount = toNumber(members.get('amount'));
  const unit = members.get('unit') ?? members.get('currency');
  if (amount === undefined || amount < 0 || typeof unit !== 'string') return undefined;
  const shown = toShownText(unit, [], 50);
  return shown === '' ? undefined : { amount, unit: shown };
}

/** Larger numbers are ms: as seconds they would be after the year 5000. */
const latestSeconds = 100_000_000_000;

/** A time in ms since the epoch, from ISO 8601, or from seconds or ms since the epoch. A time without a zone is UTC. */
export function toTimeMs(value: unknown): number | undefined {
  const number = toNumber(value);
  if (number !== undefined)
    return number > 0 ? Math.round(number < latestSeconds ? number * 1_000 : number) : undefined;
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return undefined;
  const hasTime = /^.{10}[T ]/.test(value);
  const hasZone = /(?:z|[+-]\d\d:?\d\d)$/i.test(value);
  const time = Date.parse(hasTime && !hasZone ? `${value.replace(' ', 'T')}Z` : value);
  return Number.isNaN(time) ? undefined : time;
}
