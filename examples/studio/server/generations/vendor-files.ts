import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ImageSpec } from '../art/composition.js';
import { type Renderer, renderOne } from '../renderer.js';

/** Where the pictures of a double will be. */
export type VendorPlans = {
  /** Where this picture will be. It is rendered now, or when somebody asks for it, also after a restart. */
  plan(spec: ImageSpec): string;
};

/** The pictures of the double, as fal's own files are: at an address that nobody can guess, for everybody who has it. */
export type VendorFiles = VendorPlans & {
  /** A PNG, animated for a video; `undefined` if there is none of this name. Rejects if it cannot be rendered. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
};

/** Below this path. Without an origin: the server may have another port after a restart. */
export const vendorFilesPath = '/vendor/files';

const nameForm = /^([\da-f-]{36})\.png$/;

export function createVendorFiles(folder: string, renderer: Renderer): VendorFiles {
  mkdirSync(folder, { recursive: true });
  const rendering = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  async function render(file: string): Promise<Uint8Array<ArrayBuffer>> {
    const spec: ImageSpec = JSON.parse(await readFile(`${file}.json`, 'utf8'));
    const png = await renderOne(renderer, spec);
    // A process that is killed leaves no half picture.
    await writeFile(`${file}.new`, png);
    await rename(`${file}.new`, `${file}.png`);
    return new Uint8Array(png);
  }

  /** Once, however many ask. */
  function rendered(id: string): Promise<Uint8Array<ArrayBuffer>> {
    const running = rendering.get(id) ?? render(path.join(folder, id)).finally(() => rendering.delete(id));
    rendering.set(id, running);
    return running;
  }

  return {
    plan(spec) {
      const id = randomUUID();
      writeFileSync(path.join(folder, `${id}.json`), JSON.stringify(spec));
      // What fails now is tried again when somebody asks for it.
      rendered(id).catch(() => undefined);
      return `${vendorFilesPath}/${id}.png`;
    },
    async read(name) {
      const [, id] = nameForm.exec(name) ?? [];
      if (id === undefined) return undefined;
      const known = await readFile(path.join(folder, name)).catch(() => undefined);
      if (known) return new Uint8Array(known);
      return rendered(id).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      });
    },
  };
}
