import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Icon } from '../icon.js';
import { factsOf, type StudioItem } from './gallery-item.js';
import { ItemActions } from './item-actions.js';
import { ShownFile } from './shown-file.js';
import { usePlaying } from './use-playing.js';

type LargeViewProps = {
  /** `undefined` while it is closed. */
  readonly item: StudioItem | undefined;
  /** What can be leafed through. */
  readonly items: readonly StudioItem[];
  readonly onShow: (item: StudioItem) => void;
  readonly onRemove: (item: StudioItem) => void;
  readonly onClose: () => void;
};

/** One item as large as the page. The browser's own dialog: Escape closes it, and the keyboard goes back to where it was. */
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
  const leaf = ({ key }: KeyboardEvent) => {
    if (key === 'ArrowLeft' && before) onShow(before);
    if (key === 'ArrowRight' && after) onShow(after);
  };

  return (
    // Keys that lead on wherever the keyboard is in it.
    <dialog ref={dialog} className="large" aria-label={item?.prompt} onClose={onClose} onKeyDown={leaf}>
      {item && (
        <>
          <div className="large-picture" key={item.id}>
            <ShownFile item={item} isPlaying={isPlaying} />
          </div>
          <div className="large-words">
            <div>
              <p className="caption">{item.prompt}</p>
              <p className="meta">{factsOf(item)}</p>
            </div>
            <Leaf name="previous" to={before} onShow={onShow} />
            <Leaf name="next" to={after} onShow={onShow} />
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

type LeafProps = {
  readonly name: 'previous' | 'next';
  readonly to: StudioItem | undefined;
  readonly onShow: (item: StudioItem) => void;
};

/** Not `disabled` at the ends, which would take the keyboard's place away. */
function Leaf({ name, to, onShow }: LeafProps) {
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
