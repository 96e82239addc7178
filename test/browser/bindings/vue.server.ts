import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import type { ServerModule } from '../../support/render-on-server.js';
import { toServerPage } from './server-page.js';
import { Gallery, Painter } from './vue-pages.js';

export const renderPage: ServerModule['renderPage'] = page =>
  toServerPage(
    {
      painter: ({ machine, options = {} }) => renderToString(createSSRApp(Painter, { machine, options })),
      gallery: ({ client, onRow }) => renderToString(createSSRApp(Gallery, { client, onRow })),
    },
    page,
  );
