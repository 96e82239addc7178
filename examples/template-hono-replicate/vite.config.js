import { defineConfig } from 'vite';

// `npm run dev` starts the server, too: the page asks it through Vite.
const server = {
  name: 'server',
  configureServer: async () => {
    process.env.APP_ORIGIN ??= 'http://localhost:5173';
    await import('./server/main.js');
  },
};

export default defineConfig({
  plugins: [server],
  server: { port: 5173, strictPort: true, proxy: { '/api': 'http://127.0.0.1:3000' } },
});
