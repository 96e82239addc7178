/** @jsxImportSource solid-js */
import { renderToString } from 'solid-js/web';
import type { ServerModule } from '../../support/render-on-server.js';
import { toServerPage } from './server-page.js';
import { Gallery, Painter } from './solid-pages.js';

export const renderPage: ServerModule['renderPage'] = page =>
  toServerPage(
    {
      painter: props => renderToString(() => <Painter {...props} />),
      gallery: props => renderToString(() => <Gallery {...props} />),
    },
    page,
  );
