import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** For the Vite dev server, with a separate backend (`node examples/studio/dist/server/main.js`). */
const backend = 'http://127.0.0.1:4174';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    outDir: '../dist/app',
    emptyOutDir: true,
    // What the first view needs is one file, which is smaller than many that are compressed one by one.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first-view', tags: ['$initial'] }] } } },
  },
  server: { proxy: { '/api': backend, '/media': backend, '/cdn': backend, '/vendor': backend } },
});
