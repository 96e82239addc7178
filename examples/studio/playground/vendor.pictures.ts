import type { ImageSpec } from '../server/art/composition.js';
import type { VendorPlans } from '../server/generations/vendor-files.js';
import { type Renderer, renderOne } from '../server/renderer.js';
import { type Database, putNewest } from './database.js';

/** The pictures of the doubles. A path of one says what is to be painted, so that another tab can paint it, too. */
export type VendorPictures = VendorPlans & {
  /** An answer of a double as the page can show it: with blobs in place of paths, which lead nowhere. */
  shown(answer: Response): Promise<Response>;
};

const pathsIn = /\/vendor\/files\/([\w%.~!*'()-]+)\.png/g;

export function createVendorPictures(opened: Promise<Database | undefined>, renderer: Renderer): VendorPictures {
  /** By their paths. */
  const urls = new Map<string, Promise<string>>();

  async function paint(path: string, spec: ImageSpec): Promise<string> {
    const database = await opened;
    const kept = await database?.get('pictures', path).catch(() => undefined);
    const png = kept?.png ?? new Uint8Array(await renderOne(renderer, spec));
    if (database && !kept) {
      // What cannot be stored is painted again after a reload.
      await putNewest(database, 'pictures', { path, png, putAt: Date.now() }).catch(() => undefined);
    }
    return URL.createObjectURL(new Blob([png], { type: 'image/png' }));
  }

  /** The URL of the picture, once it is painted. It works as long as this worker. */
  function urlOf(path: string, words: string): Promise<string> {
    const url = urls.get(path) ?? paint(path, JSON.parse(decodeURIComponent(words)));
    urls.set(path, url);
    // What fails now is tried again when somebody asks for it.
    url.catch(() => urls.delete(path));
    return url;
  }

  return {
    plan(spec) {
      const words = encodeURIComponent(JSON.stringify(spec));
      const path = `/vendor/files/${words}.png`;
      void urlOf(path, words).catch(() => undefined);
      return path;
    },
    async shown(answer) {
      if (!answer.headers.get('content-type')?.includes('json')) return answer;
      const text = await answer.text();
      const found = await Promise.all(
        [...text.matchAll(pathsIn)].map(async ([path, words = '']) => [path, await urlOf(path, words)] as const),
      );
      const urlsByPath = new Map(found);
      const { status, headers } = answer;
      return new Response(
        text.replace(pathsIn, path => urlsByPath.get(path) ?? path),
        { status, headers },
      );
    },
  };
}
