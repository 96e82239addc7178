import { useRef, useState } from 'react';
import { Film } from './film.js';
import { isFilm, type StudioItem } from './gallery-item.js';

type ShownFileProps = {
  readonly item: StudioItem;
  /** A paused video shows its first frame. */
  readonly isPlaying: boolean;
};

/** An image, a film, or a video that is an animated PNG. Shows a text if the backend has deleted the file. */
export function ShownFile({ item, isPlaying }: ShownFileProps) {
  const { kind, url, prompt, width, height } = item;
  const [isMissing, setMissing] = useState(false);
  const still = useRef<HTMLCanvasElement>(null);

  if (isMissing) {
    return (
      <span className="missing" style={{ aspectRatio: width / height }}>
        The backend has deleted this file.
        <span className="visually-hidden">{prompt}</span>
      </span>
    );
  }
  if (isFilm(url)) return <Film item={item} isPlaying={isPlaying} onMissing={() => setMissing(true)} />;
  const isStill = kind === 'video' && !isPlaying;
  return (
    <>
      <img
        src={url}
        alt={prompt}
        width={width}
        height={height}
        data-still={isStill}
        onError={() => setMissing(true)}
        // drawImage() draws the first frame of an animated image.
        onLoad={event => still.current?.getContext('2d')?.drawImage(event.currentTarget, 0, 0, width, height)}
      />
      {kind === 'video' && <canvas ref={still} className="still" width={width} height={height} hidden={!isStill} />}
    </>
  );
}
