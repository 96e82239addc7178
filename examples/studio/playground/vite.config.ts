import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The studio as a page of a static host: its backend is a worker. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Below whatever path the site is.
  base: './',
  publicDir: '../app/public',
  plugins: [react()],
  worker: { format: 'es' },
  build: { outDir: '../dist/playground', emptyOutDir: true },
});
