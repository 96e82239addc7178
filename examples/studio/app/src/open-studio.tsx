import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { chooseBackend } from './clients/studio-backend.js';
import { createStudioClients } from './clients/studio-clients.js';
import { Studio } from './studio.js';
import './styles/tokens.css';
import './styles/page.css';
import './styles/form.css';
import './styles/buttons.css';
import './styles/gallery.css';
import './styles/tile.css';
import './styles/large-view.css';
import './styles/drawer.css';

/** Opens the studio in its page. */
export async function openStudio(): Promise<void> {
  const container = document.getElementById('root');
  if (!container) throw new Error('The page has no element with the id "root".');

  const backend = await chooseBackend();
  const clients = createStudioClients(backend);
  const root = createRoot(container);
  root.render(
    <StrictMode>
      <Studio clients={clients} backend={backend} />
    </StrictMode>,
  );

  // The page tests dispatch this event in the middle of a generation.
  const unmount = () => {
    root.unmount();
    clients.image.client.stop();
    clients.video.client.stop();
  };
  window.addEventListener('studio:unmount', unmount, { once: true });
}
