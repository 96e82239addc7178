import { useRef, useState } from 'react';
import { Film } from './film.js';
import { isFilm, type StudioItem } from './gallery-item.js';
import { type FileTrouble, useFileTrouble } from './use-renewal.js';

/** In pixels. */
export type FileSize = { readonly width: number; readonly height: number };

type ShownFileProps = {
  readonly item: StudioItem;
  /** A paused video shows its first frame. */
  readonly isPlaying: boolean;
  /** Called with the size in which it has arrived. */
  readonly onSize?: ((size: FileSize) => void) | undefined;
};

const troubleWords: Readonly<Record<FileTrouble, string>> = {
  'loading-again': 'The link has expired. A new one is asked for, free of charge.',
  deleted: 'The backend has deleted this file.',
  unreachable: 'The backend cannot be reached. The file is loaded when you open the page again.',
};

/** An image, a film, or a video that is an animated PNG. Shows a text if the file cannot be loaded. */
export function ShownFile({ item, isPlaying, onSize }: ShownFileProps) {
  const { kind, url, prompt, width, height } = item;
  const { trouble, report } = useFileTrouble(item);
  const still = useRef<HTMLCanvasElement>(null);
  const [isDrawn, setDrawn] = useState(false);

  if (trouble) {
    return (
      <span className="missing" style={{ aspectRatio: width / height }}>
        {troubleWords[trouble]}
        <span className="visually-hidden">{prompt}</span>
      </span>
    );
  }
  if (isFilm(url)) return <Film item={item} isPlaying={isPlaying} onMissing={report} onSize={onSize} />;
  const isStill = kind === 'video' && !isPlaying;
  return (
    <>
      <img
        src={url}
        alt={prompt}
        width={width}
        height={height}
        data-still={isStill}
        data-drawn={isDrawn}
        onError={report}
        onLoad={({ currentTarget: image }) => {
          setDrawn(true);
          onSize?.({ width: image.naturalWidth, height: image.naturalHeight });
          // drawImage() draws the first frame of an animated image.
          still.current?.getContext('2d')?.drawImage(image, 0, 0, width, height);
        }}
      />
      {kind === 'video' && <canvas ref={still} className="still" width={width} height={height} hidden={!isStill} />}
    </>
  );
}
