import type { ImageInput, VideoInput } from '../../adapters/file-backend/file-backend.types.js';
import { isBlank, toAmount, toChoice, toFile, toSeed, toSize, toSizeText } from './form-fields.js';

/** A number, or its text in a form field. */
type Amount = number | string | null | undefined;
type Text = string | null | undefined;
/** Its name, or the object of a select. */
type Choice<TKey extends string> = string | { readonly [key in TKey]: string } | null | undefined;
type Size = string | { readonly width: number | string; readonly height: number | string } | null | undefined;

/** The fields of an image form. Blank fields are left out. Numbers may be strings. */
export type ImageForm = {
  readonly prompt: string;
  readonly model?: Choice<'name'>;
  /**
   * A size in pixels, as two numbers or as a string (`1024x768`, `1024*768`, `1024×768`), is sent as two numbers. Any
   * other string (`16:9`, `720p`, `4K`, `auto`) is sent unchanged.
   */
  readonly resolution?: Size;
  readonly style?: Choice<'id'>;
  readonly shotSize?: Choice<'id'>;
  /** @defaultValue 'image-generator-tool' */
  readonly chatId?: Text;
  /** A whole number. Pass one beyond 2^53 as a string or a bigint: it is sent as a string, digit by digit. */
  readonly seed?: Amount | bigint;
  readonly negativePrompt?: Text;
  readonly steps?: Amount;
  /** 1 to 3. */
  readonly batchSize?: Amount;
  /** The picture to start from. */
  readonly file?: Blob | null | undefined;
};

/** The fields of a video form. Blank fields are left out. Numbers may be strings. */
export type VideoForm = {
  readonly prompt: string;
  readonly model?: Choice<'name'>;
  /** A string is sent unchanged; two numbers, in pixels, are sent as `1280x720`. */
  readonly resolution?: Size;
  readonly style?: Choice<'id'>;
  readonly shotSize?: Choice<'id'>;
  /** Seconds. */
  readonly duration?: Amount;
  /** Frames per second. */
  readonly frameRate?: Amount;
  readonly negativePrompt?: Text;
  /** @defaultValue 'text-to-video', or 'image-to-video' with a file */
  readonly generationType?: Text;
  /** A whole number. Pass one beyond 2^53 as a string or a bigint: it is sent as a string, digit by digit. */
  readonly seed?: Amount | bigint;
  /** @defaultValue 'video-generator-tool' */
  readonly chatId?: Text;
  /** The picture to start from. */
  readonly file?: Blob | null | undefined;
};

const toOptionalText = (value: Text): string | undefined => (isBlank(value) ? undefined : (value ?? undefined));

/** The input of the backend's image route: choices are objects. Their other members are left out. */
export function toImageInput(form: ImageForm): ImageInput {
  const model = toChoice(form.model, 'name');
  const style = toChoice(form.style, 'id');
  const shotSize = toChoice(form.shotSize, 'id');
  return {
    prompt: form.prompt,
    model: model ? { name: model } : undefined,
    resolution: toSize(form.resolution),
    style: style ? { id: style } : undefined,
    shotSize: shotSize ? { id: shotSize } : undefined,
    chatId: toOptionalText(form.chatId) ?? 'image-generator-tool',
    seed: toSeed(form.seed),
    negativePrompt: toOptionalText(form.negativePrompt),
    steps: toAmount(form.steps),
    batchSize: toAmount(form.batchSize),
    file: toFile(form.file),
  };
}

/** The input of the backend's video route: choices are strings. */
export function toVideoInput(form: VideoForm): VideoInput {
  const file = toFile(form.file);
  return {
    prompt: form.prompt,
    model: toChoice(form.model, 'name'),
    resolution: toSizeText(form.resolution),
    style: toChoice(form.style, 'id'),
    shotSize: toChoice(form.shotSize, 'id'),
    duration: toAmount(form.duration),
    frameRate: toAmount(form.frameRate),
    negativePrompt: toOptionalText(form.negativePrompt),
    generationType: toOptionalText(form.generationType) ?? (file ? 'image-to-video' : 'text-to-video'),
    seed: toSeed(form.seed),
    chatId: toOptionalText(form.chatId) ?? 'video-generator-tool',
    file,
  };
}
