import { fromDataUrl } from '../../adapters/http/data-url.js';
import { checkedUpdate } from '../../machines/generation/generation.answers.js';
import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { JobRef } from '../../machines/generation/generation.port.js';
import type { Backend } from '../backends.js';
import { isMediaData, isServed, namedResult, resultsIn, toServedIndex } from '../media/media-urls.js';
import { toMediaPlace } from '../media/named-media.js';
import { downloadResult, isListed, type ResultSources } from './download.js';
import { RefusedResultError } from './result-store.js';

/** How the bytes of a result are requested; `undefined` for one that is at an origin which nobody has listed. */
export type CopySource = ((signal: AbortSignal) => Promise<Response>) | undefined;

type Job = { readonly backend: Backend; readonly job: JobRef; readonly output: unknown };

const refusals: readonly string[] = ['expired', 'not-found', 'bad-input', 'moderated', 'unauthorized'];

/** Where the results of one job are, for one attempt: what the vendor has to be asked for is asked for once. */
export function createCopySources({ backend, job, output }: Job, sources: ResultSources) {
  const { adapter, given, media, name } = backend;
  const origins = adapter.hiddenResults?.origins ?? [];
  let reading: Promise<readonly string[]> | undefined;

  async function readAgain(signal: AbortSignal): Promise<readonly string[]> {
    const update = checkedUpdate(await given.read(job, { signal }), 'read', job);
    if (update.kind === 'succeeded') return resultsIn(update.output);
    throw new Error(`Its job is told as ${update.kind} now.`);
  }

  /** Bytes that no row has. */
  async function toBytes(index: number, signal: AbortSignal): Promise<Response> {
    let url: string | undefined;
    if (given.stream?.isJob) {
      url = await media.kept?.get(toMediaPlace(name, job), toServedIndex(output, origins, index));
    } else {
      reading ??= readAgain(signal).catch((error: unknown) => {
        reading = undefined;
        throw error;
      });
      url = (await reading)[index];
    }
    const blob = url !== undefined && isMediaData(url) ? fromDataUrl(url) : undefined;
    if (!blob) throw new RefusedResultError('Its bytes are not there any more.');
    return new Response(blob);
  }

  /** With the key, to the vendor's own origins. */
  async function toHidden(url: string, signal: AbortSignal): Promise<Response> {
    try {
      const response = await adapter.hiddenResults?.fetch(url, { job, signal });
      if (response) return response;
    } catch (error) {
      if (!isGenerationError(error) || !refusals.includes(error.code)) throw error;
      throw new RefusedResultError(`Its vendor refuses it (${error.code}).`);
    }
    throw new RefusedResultError('Its vendor has no results of this kind.');
  }

  return (text: string, index: number): CopySource => {
    if (text === namedResult || isMediaData(text)) return signal => toBytes(index, signal);
    if (isServed(text, origins)) return signal => toHidden(text, signal);
    if (!isListed(sources, text)) return undefined;
    return signal => downloadResult(text, signal, sources);
  };
}
