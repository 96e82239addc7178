import { type GeneratorNotice, useImageGenerator, useVideoGenerator } from 'generation-lifecycle/react/drop-in';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ClientPage, type PageClient } from './client-page.js';

type Notice = GeneratorNotice<{ readonly id: string }>;

const asked = new URLSearchParams(location.search);
const headers = { 'x-studio-faults': asked.get('faults') ?? '{}' };

/** A toaster as sites have one: outside of the page, and still there on the next. */
const toasts = document.body.appendChild(document.createElement('ul'));
toasts.ariaLabel = 'Toasts';
function notify({ type }: Notice) {
  toasts.appendChild(document.createElement('li')).textContent = type;
}

function useImages(): PageClient {
  const { generatedImages, generateImage, downloadImage, deleteImage, clearAllImages, ...client } = useImageGenerator({
    headers,
    notify,
  });
  return {
    ...client,
    items: generatedImages,
    generate: prompt => generateImage({ prompt, model: 'flux-dev', resolution: '96x64', seed: 7 }),
    save: id => generatedImages.filter(item => item.id === id).forEach(item => void downloadImage(item)),
    remove: deleteImage,
    removeAll: clearAllImages,
  };
}

function useVideos(): PageClient {
  const { generatedVideos, generateVideo, downloadVideo, deleteVideo, clearAllVideos, ...client } = useVideoGenerator({
    headers,
    notify,
  });
  return {
    ...client,
    items: generatedVideos,
    generate: prompt => generateVideo({ prompt, model: 'ltx', resolution: '96x64', duration: 1, frameRate: 2 }),
    save: id => generatedVideos.filter(item => item.id === id).forEach(item => void downloadVideo(item)),
    remove: deleteVideo,
    removeAll: clearAllVideos,
  };
}

const useClient = asked.has('video') ? useVideos : useImages;

/** A site of two pages, of which one has the client. */
function Site() {
  const [isAway, setAway] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setAway(!isAway)}>
        {isAway ? 'Back' : 'Away'}
      </button>
      {isAway || <ClientPage useClient={useClient} />}
    </>
  );
}

const container = document.getElementById('root');
if (!container) throw new Error('The page has no root.');
createRoot(container).render(
  <StrictMode>
    <Site />
  </StrictMode>,
);
