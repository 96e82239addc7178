import { useEffect, useRef } from 'react';
import type { StudioItem } from './gallery-item.js';
import type { FileSize } from './shown-file.js';

type FilmProps = {
  readonly item: StudioItem;
  /** A paused film shows the frame that it has reached. */
  readonly isPlaying: boolean;
  readonly onMissing: () => void;
  readonly onSize?: ((size: FileSize) => void) | undefined;
};

/** A video file, which plays without sound and again from the start. */
export function Film({ item: { url, prompt, width, height }, isPlaying, onMissing, onSize }: FilmProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    // A browser may refuse to play: the film then stays as it is.
    if (isPlaying) video.current?.play().catch(() => undefined);
    else video.current?.pause();
  }, [isPlaying]);
  return (
    <video
      ref={video}
      src={url}
      aria-label={prompt}
      width={width}
      height={height}
      muted
      loop
      playsInline
      preload="metadata"
      onError={onMissing}
      onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) =>
        onSize?.({ width: videoWidth, height: videoHeight })
      }
    />
  );
}
