import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Studio } from './studio.js';
import { machine } from './studio-machine.js';
import './styles/tokens.css';
import './styles/page.css';
import './styles/form.css';
import './styles/status.css';
import './styles/gallery.css';
import './styles/disclosure.css';
import './chart/chart.css';
import './comparison/comparison.css';
import './fault-panel/fault-panel.css';

const container = document.getElementById('root');
if (!container) throw new Error('The page has no element with the id "root".');

const root = createRoot(container);
root.render(
  <StrictMode>
    <Studio machine={machine} />
  </StrictMode>,
);

// A page that holds this one takes it down so, as the page tests do in the middle of a generation.
window.addEventListener('studio:unmount', () => root.unmount(), { once: true });
