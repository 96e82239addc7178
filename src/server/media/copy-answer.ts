import type { CopyState } from '../copies/copy-state.js';
import type { ResultStore } from '../copies/result-store.js';
import type { Asked } from '../level.js';
import { RequestRefusal } from '../request/refusal.js';
import { toKnownAnswer, toRangeAnswer } from './media-answer.js';

type Wanted = { readonly id: string; readonly index: number; readonly file: CopyState['files'][string] };

/** The bytes of a result from its copy. The vendor is not asked. @throws RequestRefusal with 410 if somebody has deleted it */
export async function toCopyAnswer(
  results: ResultStore,
  { request }: Asked,
  { id, index, file }: Wanted,
): Promise<Response> {
  const asked = { request, name: `${id}-${index}` };
  const { type, bytes, index: stored } = file;
  return (
    toKnownAnswer(asked) ??
    toRangeAnswer(asked, { type, size: bytes }, async range => {
      const body = await results.get({ id, index: stored }, range);
      if (body) return body;
      throw new RequestRefusal(410, 'expired', `Result ${index} of job ${id} has been deleted. Generate it again.`);
    })
  );
}
