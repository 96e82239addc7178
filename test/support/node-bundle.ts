import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { alias } from '../../vitest.node.config.js';

/**
 * Bundles each script of a folder with the sources it imports, so that plain Node can run it.
 *
 * @param external packages that stay outside, such as those with a binary
 */
export async function bundleForNode(folder: string, outDir: string, external: string[] = []): Promise<void> {
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    resolve: { alias },
    ssr: { noExternal: true, external },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { input: readdirSync(folder).map(file => path.join(folder, file)) },
    },
  });
  writeFileSync(path.join(outDir, 'package.json'), '{"type":"module"}');
}
