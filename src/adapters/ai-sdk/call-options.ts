import { type RequestContext, toRequestError } from '../http/request-error.js';
import type { AiSdkCallOptions, AiSdkVideoFile, AiSdkVideoInput, AiSdkVideoModel } from './ai-sdk.types.js';

const inlineFile = /^data:([\w.+-]+\/[\w.+-]+)[^,]*;base64,(.*)$/is;

/** Some vendors ignore the URL of an image, and with it a data URL. */
function toFile(file: AiSdkVideoFile): AiSdkVideoFile {
  const [, mediaType, data] = (file.type === 'url' && inlineFile.exec(file.url)) || [];
  return mediaType && data ? { type: 'file', mediaType, data } : file;
}

/** Member by member: an input may come from a page, and its headers would replace those with your key. */
export const toCallOptions = (input: AiSdkVideoInput): AiSdkCallOptions => ({
  prompt: input.prompt,
  n: input.n ?? 1,
  aspectRatio: input.aspectRatio,
  resolution: input.resolution,
  duration: input.duration,
  fps: input.fps,
  seed: input.seed,
  image: input.image && toFile(input.image),
  frameImages: input.frameImages?.map(({ image, frameType }) => ({ image: toFile(image), frameType })),
  inputReferences: input.inputReferences?.map(toFile),
  generateAudio: input.generateAudio,
  providerOptions: { ...input.providerOptions },
});

/** @throws GenerationError for a number of videos that one call does not make: some models would make fewer, and say nothing */
export async function assertCount(
  { maxVideosPerCall, modelId }: AiSdkVideoModel,
  n: number,
  context: RequestContext,
): Promise<void> {
  const most = typeof maxVideosPerCall === 'function' ? await maxVideosPerCall({ modelId }) : maxVideosPerCall;
  if (Number.isInteger(n) && n >= 1 && n <= (most ?? n)) return;
  throw toRequestError(context, 'bad-input', `n is ${n}, and ${modelId} makes 1 to ${most ?? 'n'} in one call`, {
    isCertainlyNotStarted: true,
    advice: 'Make several generations',
  });
}
