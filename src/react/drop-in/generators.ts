import { browserEnvironment } from '../../adapters/browser/environment.js';
import { browserLocks } from '../../adapters/browser/locks.js';
import { fileBackend } from '../../adapters/file-backend/file-backend.js';
import type { FileInputs, FileKind, FileOutput } from '../../adapters/file-backend/file-backend.types.js';
import { localStore } from '../../adapters/stores/local/local-store.js';
import type { GalleryItem } from '../../machines/client/client.types.js';
import { createGenerationClient, type GenerationClientOptions } from '../../machines/client/generation-client.js';
import { scopedName } from '../../machines/client/item-id.js';
import { createGenerationMachine } from '../../machines/generation/generation.machine.js';
import { policyFor } from '../../machines/generation/generation.policy.js';
import { withFileIds } from './file-ids.js';
import { describe } from './generation-description.js';
import { generationStates } from './generation-states.js';
import { createGenerator, type Generator, type GeneratorKind } from './generator.js';
import type { GeneratorOptions } from './generator.types.js';

type AnyDraft = { readonly url: string; readonly timestamp: number };

/** What a drop-in makes, and where it stores it. */
type DropIn<TKind extends FileKind, TForm, TDraft extends AnyDraft, TResult> = Omit<
  GeneratorKind<TForm, FileInputs[TKind], GalleryItem<TDraft>, TResult>,
  'kindName'
> & {
  readonly kind: TKind;
  /** The most items that the gallery holds. */
  readonly limit: number;
  /** Makes items of the stored array, in which the hand-written hooks may have written. */
  readonly parseItems: (stored: readonly unknown[]) => readonly (GalleryItem<TDraft> | undefined)[];
  readonly toItems: GenerationClientOptions<FileInputs[TKind], FileOutput, TDraft>['toItems'];
};

/** The generators of the page: one for each backend and scope, created on first use. */
export function generators<
  TKind extends FileKind,
  TForm extends object,
  TDraft extends AnyDraft,
  TResult extends object,
>(
  dropIn: DropIn<TKind, TForm, TDraft, TResult>,
): (options: GeneratorOptions<GalleryItem<TDraft>>) => Generator<GalleryItem<TDraft>, TResult> {
  type Item = GalleryItem<TDraft>;
  const { kind, key, limit, parseItems, toItems, toInput, toResult } = dropIn;
  const known = new Map<string, Generator<Item, TResult>>();

  return ({ baseUrl = '', scope }) => {
    const name = JSON.stringify([baseUrl, scope]);
    const existing = known.get(name);
    if (existing) return existing;
    const environment = browserEnvironment();
    const ownKey = scope === undefined ? key : scopedName(key, scope);
    const generator = createGenerator(
      { kindName: kind, key: ownKey, toInput, toResult },
      (requestOptions, onSetAside) =>
        withFileIds(
          createGenerationClient({
            name: key,
            generation: createGenerationMachine(
              fileBackend({
                kind,
                baseUrl,
                fetch: (url, init) => (requestOptions().fetch ?? globalThis.fetch)(url, init),
                headers: () => {
                  const { headers = {} } = requestOptions();
                  return typeof headers === 'function' ? headers() : headers;
                },
              }),
              { policy: policyFor(kind), environment },
            ),
            toItems,
            describe,
            store: localStore<Item>({
              key,
              limit,
              generations: generationStates(kind, environment.now),
              parseItems,
              onSetAside,
            }),
            locks: browserLocks(),
            limit,
            scope,
          }),
        ),
    );
    known.set(name, generator);
    return generator;
  };
}
