import type { ImageInput, VideoInput } from '../../adapters/file-backend/file-backend.types.js';
import { toText } from '../../adapters/file-backend/metadata.js';

/** A number, or its text in a form field. */
type Amount = number | string | null | undefined;
type Text = string | null | undefined;
/** Its name, or the object of a select. */
type Choice<TKey extends string> = string | { readonly [key in TKey]: string } | null | undefined;
type Size = string | { readonly width: number; readonly height: number } | null | undefined;

/** The fields of an image form. Empty fields are left out. Numbers may be strings. */
export type ImageForm = {
  readonly prompt: string;
  readonly model?: Choice<'name'>;
  /** In pixels; as a string, `1024x768`. */
  readonly resolution?: Size;
  readonly style?: Choice<'id'>;
  readonly shotSize?: Choice<'id'>;
  /** @defaultValue 'image-generator-tool' */
  readonly chatId?: Text;
  readonly seed?: Amount;
  readonly negativePrompt?: Text;
  readonly steps?: Amount;
  /** 1 to 3. */
  readonly batchSize?: Amount;
  /** The picture to start from. */
  readonly file?: Blob | null | undefined;
};

/** The fields of a video form. Empty fields are left out. Numbers may be strings. */
export type VideoForm = {
  readonly prompt: string;
  readonly model?: Choice<'name'>;
  /** In pixels; as a string, `1280x720`. */
  readonly resolution?: Size;
  readonly style?: Choice<'id'>;
  readonly shotSize?: Choice<'id'>;
  /** In seconds. */
  readonly duration?: Amount;
  /** In frames per second. */
  readonly frameRate?: Amount;
  readonly negativePrompt?: Text;
  /** @defaultValue 'text-to-video', or 'image-to-video' with a file */
  readonly generationType?: Text;
  readonly seed?: Amount;
  /** @defaultValue 'video-generator-tool' */
  readonly chatId?: Text;
  /** The picture to start from. */
  readonly file?: Blob | null | undefined;
};

/** A string that is not a number becomes NaN, so that the adapter's check names the field. */
function toAmount(value: Amount): number | undefined {
  return value == null || value === '' ? undefined : Number(value);
}

const toOptionalText = (value: Text): string | undefined => value || undefined;

function toSize(size: Size): ImageInput['resolution'] {
  if (typeof size !== 'string') return size ?? undefined;
  const [, width, height] = /^(\d+)\D+(\d+)$/.exec(size.trim()) ?? [];
  return width && height ? { width: Number(width), height: Number(height) } : undefined;
}

/** The input of the backend's image route: choices are objects. Their other members are left out. */
export function toImageInput(form: ImageForm): ImageInput {
  const [model, style, shotSize] = [form.model, form.style, form.shotSize].map(toText);
  return {
    prompt: form.prompt,
    model: model ? { name: model } : undefined,
    resolution: toSize(form.resolution),
    style: style ? { id: style } : undefined,
    shotSize: shotSize ? { id: shotSize } : undefined,
    chatId: form.chatId || 'image-generator-tool',
    seed: toAmount(form.seed),
    negativePrompt: toOptionalText(form.negativePrompt),
    steps: toAmount(form.steps),
    batchSize: toAmount(form.batchSize),
    file: form.file ?? undefined,
  };
}

/** The input of the backend's video route: choices are strings. */
export function toVideoInput(form: VideoForm): VideoInput {
  const { resolution, file } = form;
  return {
    prompt: form.prompt,
    model: toText(form.model),
    resolution:
      typeof resolution === 'object' && resolution
        ? `${resolution.width}x${resolution.height}`
        : toOptionalText(resolution),
    style: toText(form.style),
    shotSize: toText(form.shotSize),
    duration: toAmount(form.duration),
    frameRate: toAmount(form.frameRate),
    negativePrompt: toOptionalText(form.negativePrompt),
    generationType: form.generationType || (file ? 'image-to-video' : 'text-to-video'),
    seed: toAmount(form.seed),
    chatId: form.chatId || 'video-generator-tool',
    file: file ?? undefined,
  };
}
