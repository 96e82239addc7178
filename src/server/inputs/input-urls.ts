import type { Settings } from '../settings.js';
import { createSigner } from '../signer.js';
import type { StoredInput } from './input-store.js';
import { toExtension } from './media-types.js';

const tokenForm = /^([\w-]{1,64})\.(\d{1,12})\.([\w-]{43})(?:\.\w{1,5})?$/;

/** The URLs from which a vendor loads an input, for a while. */
export function createInputUrls({ secrets, publicUrl }: Pick<Settings, 'secrets' | 'publicUrl'>) {
  const signer = createSigner(secrets, 'generation-lifecycle input v1');
  const toText = (backend: string, id: string, until: string) => JSON.stringify([backend, id, until]);
  return {
    /** @param expiresAt in ms since the epoch */
    async of(backend: string, { id, type }: StoredInput, expiresAt: number): Promise<string> {
      const until = String(Math.ceil(expiresAt / 1_000));
      const mac = await signer.sign(toText(backend, id, until));
      return `${publicUrl}/${backend}/inputs/${id}.${until}.${mac}.${toExtension(type)}`;
    },
    /** The id of the input that a part of a path names; `undefined` for one that is not ours, or not any more. */
    async idIn(backend: string, token: string, now: number): Promise<string | undefined> {
      const [, id = '', until = '', mac = ''] = tokenForm.exec(token) ?? [];
      if (!id || Number(until) * 1_000 <= now) return undefined;
      return (await signer.isOurs(toText(backend, id, until), mac)) ? id : undefined;
    },
  };
}

export type InputUrls = ReturnType<typeof createInputUrls>;
