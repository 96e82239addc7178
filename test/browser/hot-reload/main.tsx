import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Gallery } from './gallery.js';
import { Painter } from './painter.js';

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Painter />
      <Gallery />
    </StrictMode>,
  );
}
