import type { FileKind } from 'generation-lifecycle/adapters';
import { type Ref, useState } from 'react';
import { Segments } from '../forms/segments.js';

/** The filter of the gallery. */
export type GalleryShow = 'all' | FileKind;

const shows: readonly GalleryShow[] = ['all', 'image', 'video'];
const showWords: Readonly<Record<GalleryShow, string>> = { all: 'All', image: 'Images', video: 'Videos' };

type GalleryBarProps = {
  readonly titleRef: Ref<HTMLHeadingElement>;
  readonly count: number;
  readonly show: GalleryShow;
  readonly onShow: (show: GalleryShow) => void;
  readonly onClear: () => void;
};

/** The title, the number of items, the filter and the button that deletes all. */
export function GalleryBar({ titleRef, count, show, onShow, onClear }: GalleryBarProps) {
  const [isConfirming, setConfirming] = useState(false);
  return (
    <div className="bar">
      <h2 id="gallery-title" ref={titleRef} tabIndex={-1}>
        Gallery
      </h2>
      {count > 0 && <span className="bar-count">{count}</span>}
      <span className="bar-space" />
      {count > 0 && (
        <Segments
          legend="Show"
          isLegendHidden
          options={shows}
          value={show}
          nameOf={each => showWords[each]}
          onChoose={onShow}
        />
      )}
      {count > 0 && !isConfirming && (
        <button type="button" className="button quiet" onClick={() => setConfirming(true)}>
          Clear
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
