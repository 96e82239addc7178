import { render } from 'svelte/server';
import type { ServerModule } from '../../support/render-on-server.js';
import Gallery from './Gallery.svelte';
import Painter from './Painter.svelte';
import { toServerPage } from './server-page.js';

export const renderPage: ServerModule['renderPage'] = page =>
  toServerPage(
    {
      painter: props => render(Painter, { props }).body,
      gallery: props => render(Gallery, { props }).body,
    },
    page,
  );
