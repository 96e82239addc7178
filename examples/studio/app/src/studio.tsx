import type { FileKind } from 'generation-lifecycle/adapters';
import { useState } from 'react';
import { Backstage } from './behind-the-scenes.js';
import type { StudioClients } from './clients/studio-clients.js';
import { FilmForm } from './forms/film-form.js';
import { PictureForm } from './forms/picture-form.js';
import { Segments } from './forms/segments.js';
import { Gallery } from './gallery/gallery.js';
import { Announcer } from './generations/announcer.js';
import { StorageNotice } from './storage-notice.js';
import { Workshop } from './workshop.js';

const kinds: readonly FileKind[] = ['image', 'video'];

/** The whole page: two clients, what is behind them, and the gallery of both. */
export function Studio({ clients }: { readonly clients: StudioClients }) {
  const [kind, setKind] = useState<FileKind>('image');
  return (
    <div className="page">
      <header className="masthead">
        <img src="./icon.svg" alt="" width="40" height="40" />
        <div>
          <h1>Studio</h1>
          <p>Describe a picture or a film. It is painted elsewhere and arrives here once.</p>
        </div>
      </header>
      <main className="stage">
        <Announcer clients={clients} />
        <StorageNotice clients={clients} />
        <div className="workshops" data-shown={kind}>
          {/* Where there is no room for both forms. */}
          <div className="workshop-choice">
            <Segments
              legend="What to make"
              isQuiet
              options={kinds}
              value={kind}
              nameOf={each => (each === 'image' ? 'A picture' : 'A film')}
              onChoose={setKind}
            />
          </div>
          <Workshop
            client={clients.image}
            title="Pictures"
            form={(prompt, onOrder) => <PictureForm ref={prompt} onOrder={onOrder} />}
          />
          <Workshop
            client={clients.video}
            title="Films"
            form={(prompt, onOrder) => <FilmForm ref={prompt} onOrder={onOrder} />}
          />
        </div>
        <Backstage clients={clients} />
        <Gallery clients={clients} />
      </main>
    </div>
  );
}
