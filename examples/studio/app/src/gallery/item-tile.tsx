import { useContext, useState } from 'react';
import type { StudioGeneration } from '../clients/studio-client.js';
import { resultWordsOf } from '../generations/generation-words.js';
import { Icon } from '../icon.js';
import { detailsOf, type StudioItem } from './gallery-item.js';
import { ItemActions } from './item-actions.js';
import { previewOf } from './preview.js';
import { type FileSize, ShownFile } from './shown-file.js';
import { usePlaying } from './use-playing.js';
import { RenewalsContext } from './use-renewal.js';

type ItemTileProps = {
  readonly item: StudioItem;
  /** The generation that has made it, as long as it is known. */
  readonly generation: StudioGeneration | undefined;
  readonly onOpen: () => void;
  readonly onRemove: () => void;
};

/** A result in the gallery. */
export function ItemTile({ item, generation, onOpen, onRemove }: ItemTileProps) {
  const [isPlaying, togglePlaying] = usePlaying();
  const [size, setSize] = useState<FileSize>();
  const { renewed } = useContext(RenewalsContext);
  const { id, kind, generationId, expiresAt, seconds } = item;
  const { width, height } = size ?? item;
  const preview = generation && previewOf(generation, Number(id.split('/').at(-1)));
  const words = resultWordsOf({ cost: generation?.cost, expiresAt, isRenewed: renewed.has(id) });
  return (
    <li
      className="tile"
      data-kind={kind}
      data-tile={id}
      data-item={id}
      data-generation={generationId}
      data-status="completed"
      style={{ '--ratio': width / height }}
    >
      <div className="frame">
        <button type="button" className="image" onClick={onOpen} aria-haspopup="dialog">
          {/* Until the result can be drawn over it. */}
          {preview !== undefined && <img className="preview" src={preview} alt="" />}
          <ShownFile item={item} isPlaying={isPlaying} onSize={setSize} />
          {kind === 'video' && (
            <span className="video-badge">
              <Icon name="film" /> {seconds !== undefined && `${seconds} s`}
            </span>
          )}
        </button>
        <ItemActions item={item} isPlaying={isPlaying} onPlay={togglePlaying} onRemove={onRemove} />
      </div>
      <p className="caption">{item.prompt}</p>
      <p className="meta">{detailsOf({ ...item, width, height })}</p>
      {words && <p className="meta result-words">{words}</p>}
    </li>
  );
}
