import { toDataUrl } from '../../adapters/http/data-url.js';
import { GenerationError } from '../../machines/generation/generation.errors.js';
import type { InputStore, StoredInput } from './input-store.js';
import type { InputUrls } from './input-urls.js';
import { toExtension, typeOfExtension } from './media-types.js';

/** What is known of an uploaded file. */
export type InputInfo = {
  /** For example `image/png`. Its first bytes match this type. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** The bytes' SHA-256, as base64url. */
  readonly digest: string;
};

/**
 * The files that a page uploaded, by the references in its wish, for a backend's `input`. References are untrusted:
 * only files of the requesting user are found.
 *
 * @throws GenerationError with the code `bad-input` for an invalid reference
 */
export type WishInputs = {
  /**
   * An unguessable URL that the vendor can load until the job has ended. Put it into the input unchanged. Needs
   * `publicUrl`.
   */
  url(reference: unknown): Promise<string>;
  /** The file as a data URL. Put it into the input unchanged. */
  dataUrl(reference: unknown): Promise<string>;
  /** The bytes. */
  blob(reference: unknown): Promise<Blob>;
  info(reference: unknown): Promise<InputInfo>;
};

/** The files of one wish, from when `input` has named them to the end of its job. */
export type WishFiles = {
  readonly ids: readonly string[];
  /** One of them is not there any more: only a known key can be answered. */
  readonly isGone: boolean;
  /** What stands for the bytes of a blob in the hash of the wish. */
  digestOf(blob: Blob): string | undefined;
  /** Keeps them for a job. @throws GenerationError if one is gone, and none is kept */
  hold(jobId: string): Promise<void>;
  release(jobId: string): Promise<void>;
  /** The input with real URLs in place of the names that it is hashed with. */
  toReal(input: unknown): Promise<unknown>;
};

/** How long after its upload a file may be used in a wish, in ms. */
export const unusedMs = 3_600_000;

/** The page sends it in its wish: the file, what is in it, and its type. */
const referenceForm = /^([\w-]{1,64})\.([\w-]{43})\.([a-z0-9]{1,5})$/;

export const toReference = ({ id, digest, type }: StoredInput): string => `${id}.${digest}.${toExtension(type)}`;

const goneInput = () =>
  new GenerationError({
    code: 'bad-input',
    message: 'A file of the wish is not there any more, or is not yours. Nothing was submitted. Upload it again.',
  });

const noReference = () =>
  new GenerationError({
    code: 'bad-input',
    message:
      'The wish has something in place of the reference of an uploaded file. Nothing was submitted. Upload a file first, and send its reference.',
  });

type Place = {
  readonly store: InputStore;
  readonly urls: InputUrls | undefined;
  readonly publicUrl: string | undefined;
  readonly backend: string;
  readonly owner: string;
  readonly now: number;
  /** How long a vendor may load a URL, in ms. */
  readonly urlMs: number;
};

type Used = InputInfo & { readonly id: string; readonly input: StoredInput | undefined };

/** For one wish of one user. */
export function createWishInputs(place: Place): { readonly inputs: WishInputs; readonly files: WishFiles } {
  const { store, urls, publicUrl, backend, owner, now, urlMs } = place;
  const used = new Map<string, Used>();
  const digests = new WeakMap<Blob, string>();
  const names = new Map<string, () => Promise<string>>();

  async function find(reference: unknown): Promise<Used> {
    const [whole, id = '', digest = '', extension = ''] = referenceForm.exec(String(reference)) ?? [];
    const type = typeOfExtension(extension);
    if (typeof reference !== 'string' || whole === undefined || !type) throw noReference();
    const known = used.get(reference);
    if (known) return known;
    const found = await store.get(id);
    const isOwn = found?.owner === owner && found.digest === digest && found.type === type;
    const input = isOwn && found.createdAt + unusedMs > now ? found : undefined;
    const one = { id, digest, type, size: input?.size ?? 0, input };
    used.set(reference, one);
    return one;
  }

  const bytesOf = async (id: string, type: string): Promise<Blob> => {
    const body = await store.read(id);
    if (!body) throw goneInput();
    return new Blob([await new Response(body).arrayBuffer()], { type });
  };

  /** Equal bytes have equal names, however often they were uploaded. */
  const named = (name: string, toReal: () => Promise<string>): string => {
    names.set(name, toReal);
    return name;
  };

  const inputs: WishInputs = {
    async url(reference) {
      const { input, digest, type } = await find(reference);
      if (!urls || publicUrl === undefined) {
        throw new TypeError(
          'inputs.url() needs the option publicUrl, where vendors reach this server. Pass it, or use inputs.dataUrl() or inputs.blob().',
        );
      }
      const name = `${publicUrl}/${backend}/inputs/sha256-${digest}.${toExtension(type)}`;
      return named(name, async () => (input ? urls.of(backend, input, now + urlMs) : name));
    },
    async dataUrl(reference) {
      const { input, digest, type } = await find(reference);
      const name = `data:${type};sha256,${digest}`;
      return named(name, async () => {
        if (!input) return name;
        return toDataUrl(await bytesOf(input.id, type));
      });
    },
    async blob(reference) {
      const { input, digest, type } = await find(reference);
      const blob = input ? await bytesOf(input.id, type) : new Blob([], { type });
      digests.set(blob, digest);
      return blob;
    },
    async info(reference) {
      const { type, size, digest } = await find(reference);
      return { type, size, digest };
    },
  };

  const files: WishFiles = {
    get ids() {
      return [...new Set([...used.values()].map(({ id }) => id))];
    },
    get isGone() {
      return [...used.values()].some(({ input }) => !input);
    },
    digestOf: blob => digests.get(blob),
    async hold(jobId) {
      if (files.isGone) throw goneInput();
      for (const id of files.ids) {
        if (await store.hold(id, jobId)) continue;
        await files.release(jobId);
        throw goneInput();
      }
    },
    async release(jobId) {
      for (const id of files.ids) await store.release(id, jobId);
    },
    async toReal(input) {
      const real = new Map<string, string>();
      for (const [name, toText] of names) real.set(name, await toText());
      return withTexts(input, real);
    },
  };
  return { inputs, files };
}

/** For a server half without the option `inputs`. */
export const noInputs: WishInputs = (() => {
  const refuse = async (): Promise<never> => {
    throw new TypeError(
      'createGenerationServer() has no inputs, so no file can have been uploaded. Pass inputs: { store: directoryInputs(path) }.',
    );
  };
  return { url: refuse, dataUrl: refuse, blob: refuse, info: refuse };
})();

/** A copy with other texts. What is neither a list nor a plain object, such as a blob, stays as it is. */
function withTexts(value: unknown, real: ReadonlyMap<string, string>, depth = 30): unknown {
  if (typeof value === 'string') {
    let text: string = value;
    for (const [name, other] of real) text = text.split(name).join(other);
    return text;
  }
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map(item => withTexts(item, real, depth - 1));
  const kind: unknown = Object.getPrototypeOf(value);
  if (kind !== Object.prototype && kind !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withTexts(part, real, depth - 1)]));
}
