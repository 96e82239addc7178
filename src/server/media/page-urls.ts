import { sealedParameter } from '../../adapters/http/generation-protocol.js';
import type { JobUpdate } from '../../machines/generation/generation.port.js';
import type { Backend } from '../backends.js';
import { mapServed } from './media-urls.js';
import { namedPreview } from './preview-memory.js';

/** Whose routes the URLs lead to. */
type JobPlace = {
  readonly basePath: string;
  readonly backend: Backend;
  readonly id: string;
  /** Of a relay. An `<img>` sends no header, so it stands in the URL: only its user can open it. */
  readonly sealed?: string | undefined;
};

/** An update as a page gets it: with the URLs of this server in place of what a page cannot load, or should not get as text. */
export function withPageUrls(
  update: JobUpdate<unknown>,
  { basePath, backend, id, sealed }: JobPlace,
): JobUpdate<unknown> {
  const query = sealed === undefined ? '' : `?${sealedParameter}=${encodeURIComponent(sealed)}`;
  const toUrl = (kind: 'results' | 'previews', name: string) =>
    `${basePath}/${backend.name}/jobs/${id}/${kind}/${name}${query}`;
  if (update.kind === 'succeeded') {
    const origins = backend.adapter.hiddenResults?.origins ?? [];
    return { ...update, output: mapServed(update.output, origins, (_, index) => toUrl('results', String(index))) };
  }
  if (update.kind !== 'pending' || !update.previews) return update;
  const previews = update.previews.map(preview =>
    preview.url.startsWith(namedPreview)
      ? { ...preview, url: toUrl('previews', preview.url.slice(namedPreview.length)) }
      : preview,
  );
  return { ...update, previews };
}
