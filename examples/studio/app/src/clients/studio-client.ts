import {
  type ClientGeneration,
  createGenerationClient,
  type GenerationClient,
  type GenerationClientOptions,
  type GenerationMachine,
} from 'generation-lifecycle';
import type { FileKind, FileOutput } from 'generation-lifecycle/adapters';
import { type GalleryDraft, type StudioItem, toGalleryDrafts } from '../gallery/gallery-item.js';

/** A generation of either client. */
export type StudioGeneration = ClientGeneration<FileOutput, StudioItem>;

/** A client of the page, with the machine of its generations. */
export type StudioClient<TInput> = {
  readonly kind: FileKind;
  readonly machine: GenerationMachine<TInput, FileOutput>;
  readonly client: GenerationClient<TInput, FileOutput, StudioItem>;
};

type StudioClientOptions<TInput> = Pick<
  GenerationClientOptions<TInput, FileOutput, GalleryDraft>,
  'name' | 'generation' | 'describe' | 'store' | 'locks' | 'inspect'
> & { readonly kind: FileKind };

/** A low number, to show the queue. Each generation has a stream, and a browser allows six connections to a backend. */
const concurrency = 2;

/** A client whose items go into the page's gallery. */
export function createStudioClient<TInput>({ kind, ...options }: StudioClientOptions<TInput>): StudioClient<TInput> {
  const client = createGenerationClient<TInput, FileOutput, GalleryDraft>({
    ...options,
    concurrency,
    toItems: (output, source) => toGalleryDrafts(kind, output, source),
  });
  return { kind, machine: options.generation, client };
}
