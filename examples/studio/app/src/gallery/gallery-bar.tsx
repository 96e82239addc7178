import type { FileKind } from 'generation-lifecycle/adapters';
import { type Ref, useState } from 'react';
import { Segments } from '../forms/segments.js';

/** What of the gallery is shown. */
export type GalleryShow = 'all' | FileKind;

const shows: readonly GalleryShow[] = ['all', 'image', 'video'];
const showWords: Readonly<Record<GalleryShow, string>> = { all: 'All', image: 'Pictures', video: 'Films' };

type GalleryBarProps = {
  readonly titleRef: Ref<HTMLHeadingElement>;
  readonly count: number;
  readonly show: GalleryShow;
  readonly onShow: (show: GalleryShow) => void;
  readonly onClear: () => void;
};

/** Its name, how much is in it, what of it to show, and the way to empty it. */
export function GalleryBar({ titleRef, count, show, onShow, onClear }: GalleryBarProps) {
  const [isAsking, setAsking] = useState(false);
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
          isQuiet
          options={shows}
          value={show}
          nameOf={each => showWords[each]}
          onChoose={onShow}
        />
      )}
      {count > 0 && !isAsking && (
        <button type="button" className="button quiet" onClick={() => setAsking(true)}>
          Clear
        </button>
      )}
      {count > 0 && isAsking && (
        <>
          <button
            type="button"
            className="button danger"
            onClick={() => {
              setAsking(false);
              onClear();
            }}
          >
            Delete all {count}
          </button>
          <button type="button" className="button quiet" onClick={() => setAsking(false)}>
            Keep
          </button>
        </>
      )}
    </div>
  );
}
