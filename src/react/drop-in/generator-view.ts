import { toMembers, toText } from '../../adapters/file-backend/metadata.js';
import type { ClientGeneration, ClientView } from '../../machines/client/client.types.js';
import type { GeneratorStatus } from './generator.types.js';

/** What the user has put out of sight: ids of generations. */
export type Dismissals = {
  /** Not to be shown any more. */
  readonly hidden: ReadonlySet<string>;
  /** Stopped while they ran: nothing of them is to appear, whatever they bring. */
  readonly stopped: ReadonlySet<string>;
};

/** What both hooks show, before it is named after what is made. */
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
 * The one generation that the page is about: the newest that was neither stopped nor put out of sight. A failure that
 * waits to be followed again gives way to what was made after it.
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

/** All that a page shows. Pure. */
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
