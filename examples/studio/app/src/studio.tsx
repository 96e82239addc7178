import type { FileKind } from 'generation-lifecycle/adapters';
import { useState } from 'react';
import { BehindTheScenes } from './behind-the-scenes.js';
import { ClientSection } from './client-section.js';
import type { StudioBackend } from './clients/studio-backend.js';
import type { StudioClients } from './clients/studio-clients.js';
import { ImageForm } from './forms/image-form.js';
import { Segments } from './forms/segments.js';
import { VideoForm } from './forms/video-form.js';
import { Gallery } from './gallery/gallery.js';
import { Announcer } from './generations/announcer.js';
import { StorageNotice } from './storage-notice.js';

const kinds: readonly FileKind[] = ['image', 'video'];

type StudioProps = { readonly clients: StudioClients; readonly backend: StudioBackend };

/** Who renders, and who pays. */
const rendererWords: Readonly<Record<StudioBackend['name'], string>> = {
  'in-house': 'A server renders it',
  double: 'A double of fal on this machine renders it',
  fal: 'fal renders it and charges your account',
};

/** The whole page: an image client, a video client, the demonstrations, and one gallery for both clients. */
export function Studio({ clients, backend }: StudioProps) {
  const [kind, setKind] = useState<FileKind>('image');
  return (
    <div className="page">
      <header className="masthead">
        <img src="./icon.svg" alt="" width="40" height="40" />
        <div>
          <h1>Studio</h1>
          <p>Describe an image or a video. {rendererWords[backend.name]}, and it appears here once.</p>
        </div>
      </header>
      <main className="stage">
        <Announcer clients={clients} />
        <StorageNotice clients={clients} />
        <div className="client-sections" data-shown={kind}>
          {/* On small screens only. */}
          <div className="client-choice">
            <Segments
              legend="What to make"
              isLegendHidden
              options={kinds}
              value={kind}
              nameOf={each => (each === 'image' ? 'Image' : 'Video')}
              onChoose={setKind}
            />
          </div>
          <ClientSection
            client={clients.image}
            title="Images"
            form={(prompt, onSubmit) => <ImageForm ref={prompt} onSubmit={onSubmit} />}
          />
          <ClientSection
            client={clients.video}
            title="Videos"
            form={(prompt, onSubmit) => <VideoForm ref={prompt} onSubmit={onSubmit} />}
          />
        </div>
        <BehindTheScenes clients={clients} backend={backend} />
        <Gallery clients={clients} />
      </main>
    </div>
  );
}
