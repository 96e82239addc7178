import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Icon } from '../icon.js';
import { detailsOf, type StudioItem } from './gallery-item.js';
import { ItemActions } from './item-actions.js';
import { ShownFile } from './shown-file.js';
import { usePlaying } from './use-playing.js';

type LargeViewProps = {
  /** `undefined` while it is closed. */
  readonly item: StudioItem | undefined;
  /** The items to browse with the arrow keys. */
  readonly items: readonly StudioItem[];
  readonly onShow: (item: StudioItem) => void;
  readonly onRemove: (item: StudioItem) => void;
  readonly onClose: () => void;
};

/** One item at full size, in a `dialog`: Escape closes it, and the browser restores the focus. */
export function LargeView({ item, items, onShow, onRemove, onClose }: LargeViewProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isPlaying, togglePlaying] = usePlaying();
  const isOpen = item !== undefined;

  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);

  const index = item ? items.indexOf(item) : -1;
  const [before, after] = [items[index - 1], items[index + 1]];
  const browse = ({ key }: KeyboardEvent) => {
    if (key === 'ArrowLeft' && before) onShow(before);
    if (key === 'ArrowRight' && after) onShow(after);
  };

  return (
    // The arrow keys work wherever the focus is in the dialog.
    <dialog ref={dialog} className="large" aria-label={item?.prompt} onClose={onClose} onKeyDown={browse}>
      {item && (
        <>
          <div className="large-image" key={item.id}>
            <ShownFile item={item} isPlaying={isPlaying} />
          </div>
          <div className="large-words">
            <div>
              <p className="caption">{item.prompt}</p>
              <p className="meta">{detailsOf(item)}</p>
            </div>
            <BrowseButton name="previous" to={before} onShow={onShow} />
            <BrowseButton name="next" to={after} onShow={onShow} />
            <ItemActions item={item} isPlaying={isPlaying} onPlay={togglePlaying} onRemove={() => onRemove(item)} />
            <button type="button" className="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
              <Icon name="close" />
            </button>
          </div>
        </>
      )}
    </dialog>
  );
}

type BrowseButtonProps = {
  readonly name: 'previous' | 'next';
  readonly to: StudioItem | undefined;
  readonly onShow: (item: StudioItem) => void;
};

/** `aria-disabled` at the ends, because `disabled` would lose the focus. */
function BrowseButton({ name, to, onShow }: BrowseButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={name === 'next' ? 'Next' : 'Previous'}
      aria-disabled={to === undefined}
      onClick={() => to && onShow(to)}
    >
      <Icon name={name} />
    </button>
  );
}
