import { type GenerationAdapter, GenerationError, type JobUpdate, type Submission } from 'generation-lifecycle';
import type { FileKind, FileOutput, GeneratedFile } from 'generation-lifecycle/adapters';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import type { VendorName } from '../../../server/generations/vendor.types.js';

/** A file, as a vendor's model answers it. */
type AnswerFile = { readonly url: string; readonly width?: number; readonly height?: number };
type Told = { readonly prompt?: string; readonly seed?: number };

/** What the models of the vendors answer, as far as the page shows it. */
type Answer =
  | readonly string[]
  | (Told & { readonly images: readonly AnswerFile[] })
  | (Told & { readonly video: AnswerFile })
  | (Told & { readonly sample: string });

/** What this page may show. */
const shown = /^(?:https?|blob):$/;

function toFiles(answer: Answer): readonly Omit<GeneratedFile, 'id' | 'type'>[] {
  // Replicate answers the URLs alone.
  if ('map' in answer) return answer.map(url => ({ url, metadata: {} }));
  const { prompt, seed } = answer;
  return filesOf(answer).map(({ url, width, height }) => ({ url, metadata: { prompt, seed, width, height } }));
}

function filesOf(answer: Exclude<Answer, readonly string[]>): readonly AnswerFile[] {
  if ('images' in answer) return answer.images;
  if ('video' in answer) return [answer.video];
  if ('sample' in answer) return [{ url: answer.sample }];
  throw new TypeError('The answer has no file.');
}

/** @throws GenerationError if it is no answer of this kind of model */
function toOutput(kind: FileKind, answer: Answer): FileOutput {
  try {
    const files = toFiles(answer).map((file, index) => {
      const { href, protocol } = new URL(file.url, location.href);
      if (!shown.test(protocol)) throw new TypeError(`A result is at ${protocol}`);
      return { ...file, url: href, id: String(index), type: kind };
    });
    return { files, failed: [] };
  } catch (cause) {
    const message = `The vendor has answered no ${kind} that this page can show. Resume in a moment, or look at the server.`;
    throw new GenerationError({ code: 'invalid-response', message }, { cause });
  }
}

/**
 * The vendor behind the server half, with the files that this page shows in place of what its model answers.
 *
 * @param durable whether the server half has a store
 */
export function vendorFiles<TInput>(
  vendor: VendorName,
  kind: FileKind,
  durable: boolean,
): GenerationAdapter<TInput, FileOutput> {
  const remote = remoteBackend<TInput, Answer>({ baseUrl: `/api/generations/${vendor}-${kind}`, durable });
  const map = (update: JobUpdate<Answer>): JobUpdate<FileOutput> =>
    update.kind === 'succeeded' ? { ...update, output: toOutput(kind, update.output) } : update;
  const mapSubmission = ({ job, update }: Submission<Answer>): Submission<FileOutput> => ({
    job,
    ...(update && { update: map(update) }),
  });
  const { find, cancelByKey, ...rest } = remote;
  return {
    ...rest,
    submit: async (input, call) => mapSubmission(await remote.submit(input, call)),
    read: async (job, call) => map(await remote.read(job, call)),
    async *events(job, call) {
      for await (const update of remote.events(job, call)) yield map(update);
    },
    async cancel(job, call) {
      const update = await remote.cancel(job, call);
      return update && map(update);
    },
    ...(find && {
      async find(key, call) {
        const found = await find(key, call);
        return found && mapSubmission(found);
      },
    }),
    ...(cancelByKey && {
      async cancelByKey(key, call) {
        const found = await cancelByKey(key, call);
        return found && mapSubmission(found);
      },
    }),
  };
}
