import {
  createGenerationTool,
  type GenerationMachine,
  type GenerationTool,
  type GenerationToolOptions,
  type ToolGeneration,
} from 'generation-lifecycle';
import type { FileKind, FileOutput } from 'generation-lifecycle/adapters';
import { type GalleryDraft, type GalleryItem, toGalleryDrafts } from '../gallery/gallery-item.js';

/** A generation of either tool, as the page shows it. */
export type StudioGeneration = ToolGeneration<FileOutput, GalleryItem>;

/** One of the page's tools, with the machine that its generations run. */
export type StudioTool<TInput> = {
  readonly kind: FileKind;
  readonly machine: GenerationMachine<TInput, FileOutput>;
  readonly tool: GenerationTool<TInput, FileOutput, GalleryItem>;
};

type StudioToolOptions<TInput> = Pick<
  GenerationToolOptions<TInput, FileOutput, GalleryDraft>,
  'generation' | 'describe' | 'store' | 'claims' | 'surroundings' | 'inspect'
> & { readonly kind: FileKind };

/** Two at once, so that a queue is soon seen: each has a stream, and a browser has six connections to a backend. */
const concurrency = 2;

/** A tool whose items go into the page's gallery. */
export function createStudioTool<TInput>({ kind, ...options }: StudioToolOptions<TInput>): StudioTool<TInput> {
  const tool = createGenerationTool<TInput, FileOutput, GalleryDraft>({
    ...options,
    name: `studio-${kind}`,
    concurrency,
    toItems: (output, { startedAt }) => toGalleryDrafts(kind, output, startedAt),
  });
  return { kind, machine: options.generation, tool };
}
