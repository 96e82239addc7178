import { useTimeLeft } from 'generation-lifecycle/react';
import type { StudioGeneration } from '../clients/studio-client.js';
import { toDescription } from '../forms/description.js';
import { isFollowed, percentOf, sourceOf, titleOf, wordsOf } from '../generations/generation-words.js';
import { useOnline } from '../use-online.js';
import { Preview, previewOf } from './preview.js';

type RunningTileProps = {
  readonly generation: StudioGeneration;
  /** The ids of the texts that name the tile. */
  readonly ids: { readonly title: string; readonly prompt: string };
  readonly onCancel: () => void;
  readonly onCheck: () => void;
};

/** A generation that runs or waits: what is painted so far, and how it goes. */
export function RunningTile({ generation, ids, onCancel, onCheck }: RunningTileProps) {
  const { status, connection, progress, canCancel, isLate, description } = generation;
  const { prompt, width, height } = toDescription(description);
  const isOnline = useOnline();
  const { text } = useTimeLeft(generation);
  const source = sourceOf(generation, isOnline);
  // While updates arrive by themselves, there is nothing to ask for.
  const canCheck = isFollowed(generation) && isOnline && (connection !== 'open' || isLate);

  return (
    <>
      <div className="frame painting" style={{ aspectRatio: width / height }}>
        <Preview url={previewOf(generation, 0)} />
        <div className="painting-words">
          <div className="painting-line">
            <h3 id={ids.title}>{titleOf(generation)}</h3>
            <span className="number">{percentOf(progress)}</span>
          </div>
          <p className="painting-message">{wordsOf(generation)}</p>
        </div>
        {status !== 'queued' && <progress aria-label="Progress" max={1} value={progress} />}
      </div>
      <p className="caption" id={ids.prompt}>
        {prompt}
      </p>
      <div className="meta running-meta">
        {source && (
          <span className="badge" data-connection={isOnline ? connection : 'none'}>
            {source}
          </span>
        )}
        {text && isOnline && <span className="time-left">{text}</span>}
      </div>
      <div className="tile-actions">
        {canCheck && (
          <button type="button" className="button small" onClick={onCheck}>
            Check now
          </button>
        )}
        {canCancel && (
          <button type="button" className="button small" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
    </>
  );
}

type RoomTileProps = { readonly generation: StudioGeneration; readonly index: number };

/** The room of a further image of a batch. Decorative: the first tile says the same. */
export function RoomTile({ generation, index }: RoomTileProps) {
  const { description, progress } = generation;
  const { width, height, count } = toDescription(description);
  return (
    <li className="tile" style={{ '--ratio': width / height }} aria-hidden="true">
      <div className="frame painting" style={{ aspectRatio: width / height }}>
        <Preview url={previewOf(generation, index)} />
        <div className="painting-words">
          <div className="painting-line">
            <span>
              {index + 1} of {count}
            </span>
            <span className="number">{percentOf(progress)}</span>
          </div>
        </div>
      </div>
    </li>
  );
}
