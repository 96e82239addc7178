import { KindIcon } from '../kind-icon.js';
import { detailsOf, type StudioItem } from './gallery-item.js';
import { ItemActions } from './item-actions.js';
import { ShownFile } from './shown-file.js';
import { usePlaying } from './use-playing.js';

type TileProps = {
  readonly item: StudioItem;
  readonly onOpen: () => void;
  readonly onRemove: () => void;
};

/** One item of the gallery. */
export function Tile({ item, onOpen, onRemove }: TileProps) {
  const [isPlaying, togglePlaying] = usePlaying();
  return (
    <li className="tile" style={{ '--ratio': item.width / item.height }} data-item={item.id}>
      <div className="frame">
        <button type="button" className="image" onClick={onOpen} aria-haspopup="dialog">
          <ShownFile item={item} isPlaying={isPlaying} />
          {item.kind === 'video' && (
            <span className="video-badge">
              <KindIcon kind="video" /> {item.seconds !== undefined && `${item.seconds} s`}
            </span>
          )}
        </button>
        <ItemActions item={item} isPlaying={isPlaying} onPlay={togglePlaying} onRemove={onRemove} />
      </div>
      <p className="caption">{item.prompt}</p>
      <p className="meta">{detailsOf(item)}</p>
    </li>
  );
}
