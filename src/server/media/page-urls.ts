import { sealedParameter } from '../../adapters/http/generation-protocol.js';
import type { JobUpdate } from '../../machines/generation/generation.port.js';
import type { Backend } from '../backends.js';
import type { CopyState } from '../copies/copy-state.js';
import { isServed, mapResults, mapServed } from './media-urls.js';
import { namedPreview } from './preview-memory.js';

/** Whose routes the URLs lead to. */
type JobPlace = {
  readonly basePath: string;
  readonly backend: Backend;
  readonly id: string;
  /** Of a relay. An `<img>` sends no header, so it stands in the URL: only its user can open it. */
  readonly sealed?: string | undefined;
  /** Of a job whose results are copied, or will be. */
  readonly copy?: CopyState | undefined;
};

/** An update as a page gets it: with the URLs of this server in place of what a page cannot load, or should not get as text. */
export function withPageUrls(
  update: JobUpdate<unknown>,
  { basePath, backend, id, sealed, copy }: JobPlace,
): JobUpdate<unknown> {
  const query = sealed === undefined ? '' : `?${sealedParameter}=${encodeURIComponent(sealed)}`;
  const toUrl = (kind: 'results' | 'previews', name: string) =>
    `${basePath}/${backend.name}/jobs/${id}/${kind}/${name}${query}`;
  if (update.kind === 'succeeded') {
    const origins = backend.adapter.hiddenResults?.origins ?? [];
    const toOwn = (index: number) => toUrl('results', String(index));
    if (!copy) return { ...update, output: mapServed(update.output, origins, (_, index) => toOwn(index)) };
    const output = mapResults(update.output, (text, index) =>
      copy.files[index] || isServed(text, origins) ? toOwn(index) : text,
    );
    return { ...update, output, expiresAt: toExpiry(copy, update.expiresAt, backend) };
  }
  if (update.kind !== 'pending' || !update.previews) return update;
  const previews = update.previews.map(preview =>
    preview.url.startsWith(namedPreview)
      ? { ...preview, url: toUrl('previews', preview.url.slice(namedPreview.length)) }
      : preview,
  );
  return { ...update, previews };
}

/** When the first URL of an output leads nowhere any more. */
function toExpiry(
  { since, files, left, nextAt, deleteAt }: CopyState,
  said: number | undefined,
  { given: { resultsLiveMs } }: Backend,
): number | undefined {
  const areAllOurs = nextAt === undefined && left.length === 0 && Object.keys(files).length > 0;
  if (areAllOurs) return deleteAt;
  return said ?? (resultsLiveMs === undefined ? undefined : since + resultsLiveMs);
}
