import type { FileKind } from 'generation-lifecycle/adapters';
import { type ReactNode, type Ref, useState } from 'react';
import { Segments } from '../forms/segments.js';
import { Icon } from '../icon.js';

/** The filter of the gallery. */
export type GalleryShow = 'all' | FileKind;

const shows: readonly GalleryShow[] = ['all', 'image', 'video'];
const showWords: Readonly<Record<GalleryShow, string>> = { all: 'All', image: 'Images', video: 'Videos' };

type GalleryBarProps = {
  readonly titleRef: Ref<HTMLHeadingElement>;
  readonly count: number;
  /** There are tiles of both kinds. */
  readonly isMixed: boolean;
  readonly show: GalleryShow;
  readonly onShow: (show: GalleryShow) => void;
  readonly onClear: () => void;
  /** More commands. */
  readonly children: ReactNode;
};

/** The title, the number of items, the filter and the button that deletes all. */
export function GalleryBar({ titleRef, count, isMixed, show, onShow, onClear, children }: GalleryBarProps) {
  const [isConfirming, setConfirming] = useState(false);
  return (
    <div className="bar">
      <h2 id="gallery-title" ref={titleRef} tabIndex={-1}>
        Gallery
      </h2>
      {count > 0 && <span className="bar-count">{count}</span>}
      <span className="bar-space" />
      {children}
      {(isMixed || show !== 'all') && (
        <Segments legend="Show" options={shows} value={show} nameOf={each => showWords[each]} onChoose={onShow} />
      )}
      {count > 0 && !isConfirming && (
        <button type="button" className="button quiet clear" onClick={() => setConfirming(true)}>
          <Icon name="delete" />
          <span>Clear</span>
        </button>
      )}
      {count > 0 && isConfirming && (
        <>
          <button
            type="button"
            className="button danger"
            onClick={() => {
              setConfirming(false);
              onClear();
            }}
          >
            Delete all {count}
          </button>
          <button type="button" className="button quiet" onClick={() => setConfirming(false)}>
            Keep
          </button>
        </>
      )}
    </div>
  );
}
