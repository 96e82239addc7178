import { createServer, type ViteDevServer } from 'vite';
import type { BrowserCommand } from 'vitest/node';
import { frameworkPlugins } from '../../scripts/framework-plugins.js';
import { alias } from '../../vitest.node.config.js';

/** What a server has rendered, and what it did that it must not do. */
export type ServerPage = {
  readonly html: string;
  /** The clocks and the sources of chance that the library has read. */
  readonly reads: readonly string[];
  /** The calls of the adapter. */
  readonly calls: readonly unknown[];
};

export type PageName = 'painter' | 'gallery';

/** What a module exports whose pages a server renders. */
export type ServerModule = { readonly renderPage: (page: PageName) => Promise<ServerPage> };

declare module 'vitest/browser' {
  interface BrowserCommands {
    renderOnServer: (modulePath: string, page: PageName) => Promise<ServerPage>;
  }
}

let server: Promise<ViteDevServer> | undefined;

/** Compiles for Node: it serves nothing and listens to nothing. */
const startServer = () =>
  createServer({
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    resolve: { alias },
    plugins: frameworkPlugins(),
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, ws: false, watch: null, hmr: false },
  });

/** Renders a page in Node, by the framework's own renderer, with what the framework has for servers. */
export const renderOnServer: BrowserCommand<[modulePath: string, page: PageName]> = async (_, modulePath, page) => {
  server ??= startServer();
  const module = await (await server).ssrLoadModule(modulePath);
  return (module as ServerModule).renderPage(page);
};
