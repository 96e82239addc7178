import { useRef, useState } from 'react';
import type { StudioBackend } from './clients/studio-backend.js';
import type { StudioClients } from './clients/studio-clients.js';
import { FaultsNote } from './faults-note.js';
import { Composer, type Draft } from './forms/composer.js';
import { Gallery } from './gallery/gallery.js';
import { Announcer } from './generations/announcer.js';
import { Icon } from './icon.js';
import { InPageNote } from './in-page-note.js';
import { OfflineNotice } from './offline-notice.js';
import { StorageNotice } from './storage-notice.js';
import { type Tool, tools } from './tools/tools.js';
import { ToolsDrawer } from './tools/tools-drawer.js';
import { whoRenders } from './vendor-words.js';

type StudioProps = { readonly clients: StudioClients; readonly backend: StudioBackend };

/** The whole page: the prompt, under it everything that was made of prompts, and the developer tools over both. */
export function Studio({ clients, backend }: StudioProps) {
  const [draft, setDraft] = useState<Draft>({ kind: 'image', prompt: '' });
  const [tool, setTool] = useState(tools[0]);
  const [isOpen, setOpen] = useState(false);
  const prompt = useRef<HTMLTextAreaElement>(null);
  const toggle = useRef<HTMLButtonElement>(null);

  const edit = (next: Draft) => {
    setDraft(next);
    prompt.current?.focus();
  };
  const openTool = (name: Tool['name']) => {
    setTool(tools.find(each => each.name === name) ?? tool);
    setOpen(true);
  };
  const close = () => {
    toggle.current?.focus();
    setOpen(false);
  };

  return (
    <>
      <header className="masthead">
        <img src="./icon.svg" alt="" width="28" height="28" />
        <h1>Studio</h1>
        <p>{whoRenders(backend)}</p>
        <button
          ref={toggle}
          type="button"
          className="button quiet tools-toggle"
          aria-expanded={isOpen}
          aria-controls={isOpen ? 'tools' : undefined}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="tools" />
          <span>Developer tools</span>
        </button>
      </header>
      <main className="stage">
        <Announcer clients={clients} />
        <Composer ref={prompt} clients={clients} backend={backend} draft={draft} onDraft={setDraft} />
        {backend.isInPage && <InPageNote backend={backend} />}
        {backend.name === 'in-house' && <FaultsNote onOpen={() => openTool('Faults')} />}
        <OfflineNotice />
        <StorageNotice clients={clients} />
        <Gallery clients={clients} onEdit={edit} />
      </main>
      {isOpen && tool && (
        <ToolsDrawer tool={tool} onTool={setTool} onClose={close} clients={clients} backend={backend} />
      )}
    </>
  );
}
