import { type GenerationAdapter, GenerationError, type JobUpdate, type Submission } from 'generation-lifecycle';
import type { FileKind, FileOutput, GeneratedFile } from 'generation-lifecycle/adapters';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import type { ImageAnswer, VideoAnswer } from '../../../server/generations/vendor.js';

type Answers = { readonly image: ImageAnswer; readonly video: VideoAnswer };

/** What this page may show. */
const shown = /^(?:https?|blob):$/;

const toFiles: {
  readonly [kind in FileKind]: (answer: Answers[kind]) => readonly Omit<GeneratedFile, 'id' | 'type'>[];
} = {
  image: ({ images, prompt, seed }) =>
    images.map(({ url, width, height }) => ({ url, metadata: { prompt, seed, width, height } })),
  video: ({ video: { url }, prompt, seed }) => [{ url, metadata: { prompt, seed } }],
};

/** @throws GenerationError if it is no answer of this kind of model */
function toOutput<TKind extends FileKind>(kind: TKind, answer: Answers[TKind]): FileOutput {
  try {
    const files = toFiles[kind](answer).map((file, index) => {
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
 */
export function vendorFiles<TKind extends FileKind, TInput>(kind: TKind): GenerationAdapter<TInput, FileOutput> {
  const remote = remoteBackend<TInput, Answers[TKind]>({ baseUrl: `/api/generations/${kind}`, durable: true });
  const map = (update: JobUpdate<Answers[TKind]>): JobUpdate<FileOutput> =>
    update.kind === 'succeeded' ? { ...update, output: toOutput(kind, update.output) } : update;
  const mapSubmission = ({ job, update }: Submission<Answers[TKind]>): Submission<FileOutput> => ({
    job,
    ...(update && { update: map(update) }),
  });
  const { find, cancelByKey } = remote;
  return {
    ...remote,
    submit: async (input, call) => mapSubmission(await remote.submit(input, call)),
    read: async (job, call) => map(await remote.read(job, call)),
    async *events(job, call) {
      for await (const update of remote.events(job, call)) yield map(update);
    },
    async cancel(job, call) {
      const update = await remote.cancel(job, call);
      return update && map(update);
    },
    async find(key, call) {
      const found = await find?.(key, call);
      return found && mapSubmission(found);
    },
    async cancelByKey(key, call) {
      const found = await cancelByKey?.(key, call);
      return found && mapSubmission(found);
    },
  };
}
