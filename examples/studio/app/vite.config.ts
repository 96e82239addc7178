import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** For `vite` alone, beside a backend that runs by itself (`node examples/studio/dist/server/main.js`). */
const backend = 'http://127.0.0.1:4174';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: { outDir: '../dist/app', emptyOutDir: true },
  server: { proxy: { '/api': backend, '/media': backend, '/cdn': backend } },
});
