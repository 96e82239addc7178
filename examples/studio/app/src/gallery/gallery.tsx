import { useRef, useState } from 'react';
import type { StudioClients } from '../clients/studio-clients.js';
import { GalleryBar, type GalleryShow } from './gallery-bar.js';
import type { StudioItem } from './gallery-item.js';
import { LargeView } from './large-view.js';
import { PendingTiles } from './pending-tiles.js';
import { Tile } from './tile.js';
import { useGallery } from './use-gallery.js';

/** All items, newest first, after the placeholders of running generations. */
export function Gallery({ clients }: { readonly clients: StudioClients }) {
  const { items, remove, clear } = useGallery(clients);
  const [show, setShow] = useState<GalleryShow>('all');
  const [largeId, setLarge] = useState<string>();
  const title = useRef<HTMLHeadingElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const isEmptied = useRef(false);
  const shown = items.filter(({ kind }) => show === 'all' || kind === show);
  const large = shown.find(({ id }) => id === largeId);

  /** The next item, or the previous one for the last item. */
  const neighbourOf = (item: StudioItem) => {
    const index = shown.indexOf(item);
    return shown[index + 1] ?? shown[index - 1];
  };
  const removeFromTile = (item: StudioItem) => {
    // The focused button disappears with its tile, so the focus moves to a neighbour.
    const next = neighbourOf(item);
    const tile = next && list.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(next.id)}"] .image`);
    (tile ?? title.current)?.focus();
    remove(item);
  };
  const removeFromLargeView = (item: StudioItem) => {
    const next = neighbourOf(item);
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

  return (
    <section aria-labelledby="gallery-title" className="gallery-section">
      <GalleryBar
        titleRef={title}
        count={items.length}
        show={show}
        onShow={setShow}
        onClear={() => {
          title.current?.focus();
          clear();
        }}
      />
      <ul className="gallery" aria-labelledby="gallery-title" ref={list}>
        <PendingTiles clients={clients} show={show} />
        {shown.map(item => (
          <Tile key={item.id} item={item} onOpen={() => setLarge(item.id)} onRemove={() => removeFromTile(item)} />
        ))}
      </ul>
      {shown.length === 0 && <p className="empty">Your results appear here.</p>}
      <LargeView
        item={large}
        items={shown}
        onShow={item => setLarge(item.id)}
        onRemove={removeFromLargeView}
        onClose={closeLargeView}
      />
    </section>
  );
}
