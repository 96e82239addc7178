import { useRef, useState } from 'react';
import type { StudioItem } from './gallery-item.js';

type ShownFileProps = {
  readonly item: StudioItem;
  /** A film that does not play shows its first picture. */
  readonly isPlaying: boolean;
};

/** A picture, or a film, which is an animated picture. Says so where the backend does not keep it any more. */
export function ShownFile({ item: { kind, url, prompt, width, height }, isPlaying }: ShownFileProps) {
  const [isGone, setGone] = useState(false);
  const still = useRef<HTMLCanvasElement>(null);

  if (isGone) {
    return (
      <span className="gone" style={{ aspectRatio: width / height }}>
        The backend does not keep it any more.
        <span className="visually-hidden">{prompt}</span>
      </span>
    );
  }
  const isStill = kind === 'video' && !isPlaying;
  return (
    <>
      <img
        src={url}
        alt={prompt}
        width={width}
        height={height}
        data-still={isStill}
        onError={() => setGone(true)}
        // Of an animated picture it is the first frame that is drawn.
        onLoad={event => still.current?.getContext('2d')?.drawImage(event.currentTarget, 0, 0, width, height)}
      />
      {kind === 'video' && <canvas ref={still} className="still" width={width} height={height} hidden={!isStill} />}
    </>
  );
}
