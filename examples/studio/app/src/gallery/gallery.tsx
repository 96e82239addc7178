import { type FocusEvent, Fragment, useLayoutEffect, useRef, useState } from 'react';
import type { StudioClient } from '../clients/studio-client.js';
import type { StudioClients } from '../clients/studio-clients.js';
import type { Draft } from '../forms/composer.js';
import { toDescription } from '../forms/description.js';
import { EndedBar } from './ended-bar.js';
import { GalleryBar, type GalleryShow } from './gallery-bar.js';
import type { GalleryEntry } from './gallery-entries.js';
import type { StudioItem } from './gallery-item.js';
import { type GenerationCommand, GenerationTile } from './generation-tile.js';
import { ItemTile } from './item-tile.js';
import { LargeView } from './large-view.js';
import { RoomTile } from './running-tile.js';
import { useGallery } from './use-gallery.js';
import { RenewalsContext, useRenewals } from './use-renewal.js';

type GalleryProps = { readonly clients: StudioClients; readonly onEdit: (draft: Draft) => void };

/** Everything that was asked for, newest first: what runs, what has failed, and the results. */
export function Gallery({ clients, onEdit }: GalleryProps) {
  const entries = useGallery(clients);
  const renewals = useRenewals(clients);
  const [show, setShow] = useState<GalleryShow>('all');
  const [largeId, setLarge] = useState<string>();
  const title = useRef<HTMLHeadingElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const isEmptied = useRef(false);
  const shown = entries.filter(({ kind }) => show === 'all' || kind === show);
  const items = entries.flatMap(entry => (entry.is === 'item' ? entry.item : []));
  const shownItems = shown.flatMap(entry => (entry.is === 'item' ? entry.item : []));
  const ended = entries.filter(entry => entry.is === 'generation' && !entry.generation.isRunning);
  const rememberFocus = useKeptFocus(list, title, entries);

  const clientOf = (kind: GalleryEntry['kind']): Pick<StudioClient<never>['client'], 'send'> =>
    (kind === 'image' ? clients.image : clients.video).client;
  const remove = ({ kind, id }: StudioItem) => clientOf(kind).send({ type: 'REMOVE', id });
  const command = ({ kind, key }: GalleryEntry, type: GenerationCommand, id: string) => {
    // The focused button disappears with its tile.
    if (type === 'DISMISS') focusNeighbour(key);
    clientOf(kind).send({ type, id });
  };

  /** Focuses the next tile, the previous one of the last tile, or the title. */
  const focusNeighbour = (key: string) => {
    const index = shown.findIndex(entry => entry.key === key);
    const next = shown[index + 1] ?? shown[index - 1];
    const tile = next && toFocusable(list.current, next.key);
    (tile ?? title.current)?.focus();
  };
  const removeFromTile = (entry: GalleryEntry, item: StudioItem) => {
    focusNeighbour(entry.key);
    remove(item);
  };
  const removeFromLargeView = (item: StudioItem) => {
    const index = shownItems.indexOf(item);
    const next = shownItems[index + 1] ?? shownItems[index - 1];
    isEmptied.current = next === undefined;
    setLarge(next?.id);
    remove(item);
  };
  const closeLargeView = () => {
    // The tile that opened it may be gone, or about to disappear.
    if (isEmptied.current || document.activeElement === document.body) title.current?.focus();
    isEmptied.current = false;
    setLarge(undefined);
  };

  const tileOf = (entry: GalleryEntry) => {
    if (entry.is === 'room') return <RoomTile generation={entry.generation} index={entry.index} />;
    const { key, kind, generation } = entry;
    if (entry.is === 'item') {
      const { item } = entry;
      return (
        <ItemTile
          item={item}
          generation={generation}
          onOpen={() => setLarge(item.id)}
          onRemove={() => removeFromTile(entry, item)}
        />
      );
    }
    return (
      <GenerationTile
        tileKey={key}
        kind={kind}
        generation={entry.generation}
        onCommand={type => command(entry, type, entry.generation.id)}
        onEdit={() => onEdit({ kind, prompt: toDescription(entry.generation.description).prompt })}
      />
    );
  };

  return (
    <RenewalsContext value={renewals}>
      <section aria-labelledby="gallery-title" className="gallery-section">
        <GalleryBar
          titleRef={title}
          count={items.length}
          isMixed={new Set(entries.map(({ kind }) => kind)).size > 1}
          show={show}
          onShow={setShow}
          onClear={() => {
            title.current?.focus();
            for (const { client } of [clients.image, clients.video]) client.send({ type: 'CLEAR' });
          }}
        >
          <EndedBar
            count={ended.length}
            onDismiss={() => {
              title.current?.focus();
              for (const entry of ended) {
                if (entry.is === 'generation') clientOf(entry.kind).send({ type: 'DISMISS', id: entry.generation.id });
              }
            }}
          />
        </GalleryBar>
        <ul className="gallery" aria-labelledby="gallery-title" ref={list} onFocus={rememberFocus}>
          {shown.map(entry => (
            <Fragment key={entry.key}>{tileOf(entry)}</Fragment>
          ))}
        </ul>
        {shown.length === 0 && <p className="empty">Your results appear here.</p>}
        <LargeView
          item={shownItems.find(({ id }) => id === largeId)}
          items={shownItems}
          onShow={item => setLarge(item.id)}
          onRemove={removeFromLargeView}
          onClose={closeLargeView}
        />
      </section>
    </RenewalsContext>
  );
}

/** What takes the focus of a tile: the image of a result, or the whole. */
const toFocusable = (list: HTMLElement | null, key: string) =>
  list?.querySelector<HTMLElement>(`[data-tile="${CSS.escape(key)}"] :is(.image, article)`);

/**
 * Keeps the focus with a tile that ran when its result takes its place. Returns a listener for the focus in the list.
 */
function useKeptFocus(
  list: { readonly current: HTMLElement | null },
  title: { readonly current: HTMLElement | null },
  entries: readonly GalleryEntry[],
) {
  const focused = useRef<string>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a tile is replaced when the entries change.
  useLayoutEffect(() => {
    if (focused.current === undefined || document.activeElement !== document.body) return;
    (toFocusable(list.current, focused.current) ?? title.current)?.focus();
  }, [entries]);
  useLayoutEffect(() => {
    const forget = ({ target }: Event) => {
      if (target instanceof Node && !list.current?.contains(target)) focused.current = undefined;
    };
    addEventListener('focusin', forget);
    addEventListener('pointerdown', forget);
    return () => {
      removeEventListener('focusin', forget);
      removeEventListener('pointerdown', forget);
    };
  }, [list]);
  return ({ target }: FocusEvent<HTMLElement>) => {
    focused.current = target.closest<HTMLElement>('[data-tile]')?.dataset['tile'];
  };
}
