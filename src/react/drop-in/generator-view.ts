import { toMembers, toText } from '../../adapters/file-backend/metadata.js';
import type { ClientGeneration, ClientView } from '../../machines/client/client.types.js';
import type { GeneratorStatus } from './generator.types.js';

/** The ids of generations that the user has hidden. */
export type Dismissals = {
  /** Not shown any more. */
  readonly hidden: ReadonlySet<string>;
  /** Stopped while they ran: nothing of them is shown, whatever their outcome is. */
  readonly stopped: ReadonlySet<string>;
};

/** What both hooks show, before it is named after images or videos. */
export type GeneratorView<TItem> = {
  readonly generationStatus: GeneratorStatus;
  readonly current: TItem | null;
  readonly items: readonly TItem[];
  readonly isGenerating: boolean;
  readonly isConnected: boolean;
  readonly connectionStatus: 'disconnected' | 'connecting' | 'connected';
};

type Generation<TItem> = ClientGeneration<unknown, TItem>;
type Gallery<TItem> = Pick<ClientView<unknown, TItem>, 'items'> & {
  /** Newest first. */
  readonly generations: readonly Generation<TItem>[];
};

const statuses: { readonly [status in Generation<unknown>['status']]: GeneratorStatus['status'] } = {
  queued: 'pending',
  submitting: 'pending',
  connecting: 'processing',
  streaming: 'processing',
  polling: 'processing',
  cancelling: 'idle',
  completed: 'completed',
  failed: 'error',
  cancelled: 'idle',
};

const connections: {
  readonly [connection in Generation<unknown>['connection']]: GeneratorView<never>['connectionStatus'];
} = { none: 'disconnected', connecting: 'connecting', open: 'connected', lost: 'connecting', refused: 'disconnected' };

/**
 * The generation that the page shows, of those that were neither stopped nor hidden: one that runs, or else the newest.
 *
 * @param generations newest first
 */
export function shownGeneration<TItem>(
  generations: readonly Generation<TItem>[],
  { hidden, stopped }: Dismissals,
): Generation<TItem> | undefined {
  const candidates = generations.filter(
    ({ id, status }) => statuses[status] !== 'idle' && !hidden.has(id) && !stopped.has(id),
  );
  return candidates.find(({ isRunning }) => isRunning) ?? candidates[0];
}

function toStatus(shown: Generation<unknown> | undefined): GeneratorStatus {
  if (!shown) return { status: 'idle' };
  const { status, progress, message, failure, job, expectedAt, highAt, isLate } = shown;
  const members = toMembers(job);
  return {
    status: statuses[status],
    progress: progress === undefined ? undefined : Math.round(progress * 100),
    message: failure?.message ?? message,
    expectedAt,
    highAt,
    isLate,
    projectId: toText(members.get('projectId')),
    requestId: toText(members.get('requestId')),
    fileId: job?.id,
  };
}

/**
 * What a page shows. Pure.
 *
 * @param isFormWaiting a form waits to be submitted
 */
export function toGeneratorView<TItem extends { readonly id: string }>(
  gallery: Gallery<TItem>,
  dismissals: Dismissals,
  isFormWaiting: boolean,
): GeneratorView<TItem> {
  const newest = shownGeneration(gallery.generations, dismissals);
  const isPending = isFormWaiting && !newest?.isRunning;
  const shown = isPending ? undefined : newest;
  const unwanted = gallery.generations.flatMap(({ id, items }) => (dismissals.stopped.has(id) ? items : []));
  const connectionStatus = connections[shown?.connection ?? 'none'];
  return {
    generationStatus: isPending ? { status: 'pending' } : toStatus(shown),
    current: shown?.items[0] ?? null,
    items:
      unwanted.length > 0 ? gallery.items.filter(({ id }) => !unwanted.some(item => item.id === id)) : gallery.items,
    isGenerating: isPending || (shown?.isRunning ?? false),
    isConnected: connectionStatus === 'connected',
    connectionStatus,
  };
}
