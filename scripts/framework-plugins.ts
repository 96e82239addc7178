import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin, PluginOption } from 'vite';
import solid from 'vite-plugin-solid';

/** Compiles the JSX of Solid in files that say it is Solid's. The whole plugin would change how all other JSX is compiled. */
function solidPages(): Plugin {
  const { transform } = solid({ ssr: true, hot: false });
  if (typeof transform !== 'function')
    throw new TypeError('vite-plugin-solid has changed: its transform is no function.');
  return {
    name: 'solid-pages',
    enforce: 'pre',
    transform(code, id, options) {
      return code.startsWith('/** @jsxImportSource solid-js */') ? transform.call(this, code, id, options) : null;
    },
  };
}

/** What compiles components of Svelte and of Solid, beside React's. */
export const frameworkPlugins = (): PluginOption[] => [
  svelte({ configFile: false, compilerOptions: { hmr: false } }),
  solidPages(),
];
