import { createRoot } from 'react-dom/client';
import '../gallery/gallery.css';
import { Gallery } from './Gallery.js';

const page = document.querySelector('#page');
if (page) createRoot(page).render(<Gallery />);
