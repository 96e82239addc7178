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
type Gallery<TItem> = Pick<ClientView<unknown, TItem>, 'generations' | 'items'>;

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
 * The generation that the page shows: the newest one that was neither stopped nor hidden. A failure that could be followed
 * again is not shown any more once a later generation has made an item.
 */
export function shownGeneration<TItem extends { readonly timestamp: number }>(
  { generations, items }: Gallery<TItem>,
  { hidden, stopped }: Dismissals,
): Generation<TItem> | undefined {
  return generations.find(
    ({ id, status, startedAt }) =>
      statuses[status] !== 'idle' &&
      !hidden.has(id) &&
      !stopped.has(id) &&
      !(status === 'failed' && items.some(({ timestamp }) => timestamp > startedAt)),
  );
}

function toStatus(shown: Generation<unknown> | undefined): GeneratorStatus {
  if (!shown) return { status: 'idle' };
  const { status, progress, message, failure, job } = shown;
  const members = toMembers(job);
  return {
    status: statuses[status],
    progress: progress === undefined ? undefined : Math.round(progress * 100),
    message: failure?.message ?? message,
    projectId: toText(members.get('projectId')),
    requestId: toText(members.get('requestId')),
    fileId: job?.id,
  };
}

/** What a page shows. Pure. */
export function toGeneratorView<TItem extends { readonly id: string; readonly timestamp: number }>(
  gallery: Gallery<TItem>,
  dismissals: Dismissals,
): GeneratorView<TItem> {
  const shown = shownGeneration(gallery, dismissals);
  const unwanted = gallery.generations.flatMap(({ id, items }) => (dismissals.stopped.has(id) ? items : []));
  const connectionStatus = connections[shown?.connection ?? 'none'];
  return {
    generationStatus: toStatus(shown),
    current: shown?.items[0] ?? null,
    items:
      unwanted.length > 0 ? gallery.items.filter(({ id }) => !unwanted.some(item => item.id === id)) : gallery.items,
    isGenerating: shown?.isRunning ?? false,
    isConnected: connectionStatus === 'connected',
    connectionStatus,
  };
}
