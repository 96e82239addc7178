import type { ImageInput } from 'generation-lifecycle/adapters';
import type { GalleryItem } from './gallery-item.js';
import { square } from './picture-order.js';

type Coming = { readonly order: ImageInput | undefined; readonly progress: number | undefined };
type GalleryProps = { readonly items: readonly GalleryItem[]; readonly coming: Coming | undefined };

/** Everything that has been made, newest first, and the place of what is being made. */
export function Gallery({ items, coming }: GalleryProps) {
  return (
    <section aria-labelledby="gallery-title">
      <h2 id="gallery-title" className="visually-hidden">
        Gallery
      </h2>
      {items.length === 0 && !coming && <EmptyGallery />}
      <ul className="gallery" aria-labelledby="gallery-title">
        {coming && <ComingTile {...coming} />}
        {items.map(item => (
          <Tile key={item.key} item={item} />
        ))}
      </ul>
    </section>
  );
}

function Tile({ item: { url, prompt, width, height, seed } }: { readonly item: GalleryItem }) {
  return (
    <li className="tile" style={{ '--ratio': width / height }}>
      <a className="picture" href={url} target="_blank" rel="noreferrer">
        <img src={url} alt={prompt} width={width} height={height} />
        <span className="visually-hidden"> (opens in full size)</span>
      </a>
      <p className="caption">{prompt}</p>
      <p className="meta">
        {width} × {height}
        {seed !== undefined && ` · seed ${seed}`}
      </p>
    </li>
  );
}

/** For the eye alone: what it says is said beside the buttons. */
function ComingTile({ order, progress }: Coming) {
  const { width, height } = order?.resolution ?? square;
  return (
    <li className="tile" style={{ '--ratio': width / height, '--progress': progress ?? 0 }} aria-hidden="true">
      <div className="picture coming" style={{ aspectRatio: width / height }}>
        <span className="percent">{progress === undefined ? '' : `${Math.round(progress * 100)} %`}</span>
      </div>
      <p className="caption">{order?.prompt}</p>
      <p className="meta">
        {width} × {height}
      </p>
    </li>
  );
}

function EmptyGallery() {
  return (
    <div className="empty">
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <rect x="5" y="9" width="38" height="30" rx="5" />
        <path d="m9 34 10-12 7 8 5-6 8 10" />
        <circle cx="32" cy="18" r="3" />
      </svg>
      <p>What you make appears here.</p>
    </div>
  );
}
