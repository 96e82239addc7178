import type { ClientEmitted, ClientView, GalleryItem, GenerationClient } from '../../machines/client/client.types.js';

type AnyItem = GalleryItem<object>;

/** The id of the file that an item shows: that of its job, and in a batch with the index of the file behind it. */
function fileIdOf({ id, renewFrom }: AnyItem): string {
  if (!renewFrom) return id;
  const index = id.slice(id.lastIndexOf('/') + 1);
  return index === '0' ? renewFrom.job.id : `${renewFrom.job.id}/${index}`;
}

const isOnItem = <TCommand extends { readonly type: string }>(
  command: TCommand,
): command is Extract<TCommand, { readonly type: 'REMOVE' | 'RENEW' }> =>
  command.type === 'REMOVE' || command.type === 'RENEW';

/**
 * A client whose items have the id of their file, as pages of the hand-written hooks know them. If two generations made the
 * same file, the older item has the id of the file, and the newer one keeps its own, so that no two items have the same id.
 */
export function withFileIds<TInput, TOutput, TItem extends AnyItem>(
  client: GenerationClient<TInput, TOutput, TItem>,
): GenerationClient<TInput, TOutput, TItem> {
  /** What was shown of an item. The same object as long as the item is the same and has the same id. */
  const shownOf = new WeakMap<TItem, TItem>();
  let view = client.getSnapshot();
  let shown = view;
  let ownIds = new Map<string, string>();

  const show = (item: TItem, fileIds: ReadonlyMap<string, string>): TItem => {
    const id = fileIds.get(item.id) ?? fileIdOf(item);
    const before = shownOf.get(item);
    if (before?.id === id) return before;
    const after = id === item.id ? item : { ...item, id };
    shownOf.set(item, after);
    return after;
  };

  const toShown = (next: ClientView<TOutput, TItem>): ClientView<TOutput, TItem> => {
    const taken = new Map<string, string>();
    for (const item of [...next.items].reverse()) {
      const fileId = fileIdOf(item);
      taken.set(taken.has(fileId) ? item.id : fileId, item.id);
    }
    ownIds = taken;
    const fileIds = new Map(Array.from(taken, ([fileId, id]) => [id, fileId]));
    const showAll = (items: readonly TItem[]) => items.map(item => show(item, fileIds));
    return Object.freeze({
      ...next,
      items: showAll(next.items),
      generations: next.generations.map(generation => ({ ...generation, items: showAll(generation.items) })),
    });
  };

  const getSnapshot = () => {
    const next = client.getSnapshot();
    if (next !== view) {
      view = next;
      shown = toShown(next);
    }
    return shown;
  };

  const toShownEvent = (event: ClientEmitted<TItem>): ClientEmitted<TItem> => {
    getSnapshot();
    const fileIds = new Map(Array.from(ownIds, ([fileId, id]) => [id, fileId]));
    if (event.type === 'item.added' || event.type === 'item.renewed')
      return { ...event, item: show(event.item, fileIds) };
    if (event.type !== 'generation.completed') return event;
    return { ...event, items: event.items.map(item => show(item, fileIds)) };
  };

  return {
    ...client,
    getSnapshot,
    on: (type, listener) =>
      // It is called with what it listens to only.
      client.on(type, event => listener(toShownEvent(event as ClientEmitted<TItem>) as typeof event)),
    send: command =>
      client.send(isOnItem(command) ? { ...command, id: ownIds.get(command.id) ?? command.id } : command),
    renew: async id => {
      const item = await client.renew(ownIds.get(id) ?? id);
      return getSnapshot().items.find(one => one.id === id) ?? item;
    },
  };
}
