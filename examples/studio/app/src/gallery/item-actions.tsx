import { Icon } from '../icon.js';
import { fileNameOf, type StudioItem } from './gallery-item.js';

type ItemActionsProps = {
  readonly item: StudioItem;
  readonly isPlaying: boolean;
  readonly onPlay: () => void;
  readonly onRemove: () => void;
};

export function ItemActions({ item, isPlaying, onPlay, onRemove }: ItemActionsProps) {
  const { kind, url, prompt } = item;
  return (
    <div className="item-actions">
      {kind === 'video' && (
        <button
          type="button"
          className="icon-button"
          aria-label={`${isPlaying ? 'Pause' : 'Play'}: ${prompt}`}
          onClick={onPlay}
        >
          <Icon name={isPlaying ? 'pause' : 'play'} />
        </button>
      )}
      <a className="icon-button" href={url} download={fileNameOf(item)} aria-label={`Download: ${prompt}`}>
        <Icon name="download" />
      </a>
      <button type="button" className="icon-button" aria-label={`Delete: ${prompt}`} onClick={onRemove}>
        <Icon name="delete" />
      </button>
    </div>
  );
}
