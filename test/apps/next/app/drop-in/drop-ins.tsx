'use client';

import { useImageGenerator, useVideoGenerator } from 'generation-lifecycle/react/drop-in';

export function DropIns() {
  const { generationStatus, generateImage } = useImageGenerator();
  const { generatedVideos } = useVideoGenerator();
  return (
    <button type="button" onClick={() => generateImage({ prompt: 'a lighthouse' })}>
      {`Generate: ${generationStatus.status} and ${generatedVideos.length}`}
    </button>
  );
}
