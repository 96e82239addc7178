import {
  type ClientGeneration,
  createGenerationClient,
  type GenerationClient,
  type GenerationClientOptions,
  type GenerationMachine,
} from 'generation-lifecycle';
import type { FileKind, FileOutput } from 'generation-lifecycle/adapters';
import { type GalleryDraft, type StudioItem, toGalleryDrafts } from '../gallery/gallery-item.js';

/** A generation of either client, as the page shows it. */
export type StudioGeneration = ClientGeneration<FileOutput, StudioItem>;

/** One of the page's clients, with the machine that its generations run. */
export type StudioClient<TInput> = {
  readonly kind: FileKind;
  readonly machine: GenerationMachine<TInput, FileOutput>;
  readonly client: GenerationClient<TInput, FileOutput, StudioItem>;
};

type StudioClientOptions<TInput> = Pick<
  GenerationClientOptions<TInput, FileOutput, GalleryDraft>,
  'generation' | 'describe' | 'store' | 'locks' | 'inspect'
> & { readonly kind: FileKind };

/** Two at once, so that a queue is soon seen: each has a stream, and a browser has six connections to a backend. */
const concurrency = 2;

/** A client whose items go into the page's gallery. */
export function createStudioClient<TInput>({ kind, ...options }: StudioClientOptions<TInput>): StudioClient<TInput> {
  const client = createGenerationClient<TInput, FileOutput, GalleryDraft>({
    ...options,
    name: `studio-${kind}`,
    concurrency,
    toItems: (output, { startedAt }) => toGalleryDrafts(kind, output, startedAt),
  });
  return { kind, machine: options.generation, client };
}
