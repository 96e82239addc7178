import * as v from 'valibot';

/** A request for an image or a video, from JSON or multipart. */
export type GenerationRequest = {
  readonly kind: 'image' | 'video';
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly model: string;
  readonly style: string;
  readonly shotSize: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly chatId?: string | undefined;
  /** Seconds. */
  readonly duration: number;
  readonly frameRate: number;
  /** A digest of the uploaded image. */
  readonly sourceImage?: string | undefined;
};

/** The details of a 422 response. */
export type Detail = { readonly loc: readonly (string | number)[]; readonly msg: string; readonly type: string };

const largestArea = 1536 * 1536;
const text = v.pipe(v.string(), v.maxLength(4_000));

/** Multipart has only strings, so a number may be one. */
const number = v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/), v.transform(Number))]);
const whole = (from: number, to: number) => v.pipe(number, v.integer(), v.minValue(from), v.maxValue(to));

const sizeInWords = v.pipe(
  v.string(),
  v.regex(/\d+\s*[x×]\s*\d+/, 'Expected a size such as 1024x1024.'),
  v.transform(given => {
    const [width = 0, height = 0] = (/(\d+)\s*[x×]\s*(\d+)/.exec(given) ?? []).slice(1).map(Number);
    return { width, height };
  }),
);
const side = v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(2048));
const size = v.pipe(
  v.union(
    [sizeInWords, v.object({ width: number, height: number })],
    'Expected { width, height } or a size such as 1024x1024.',
  ),
  v.object({ width: side, height: side }),
  v.check(({ width, height }) => width * height <= largestArea, `Expected at most ${largestArea} pixels.`),
);

const named = v.union([
  text,
  v.pipe(
    v.object({ name: text }),
    v.transform(({ name }) => name),
  ),
]);
const identified = v.union([
  text,
  v.pipe(
    v.object({ id: text }),
    v.transform(({ id }) => id),
  ),
]);

const form = v.object({
  prompt: v.pipe(text, v.trim(), v.minLength(1, 'Expected a prompt.')),
  negativePrompt: v.optional(text, ''),
  model: v.optional(named, 'studio-1'),
  resolution: v.optional(size),
  style: v.optional(identified, ''),
  shotSize: v.optional(identified, ''),
  chatId: v.optional(v.pipe(text, v.maxLength(200))),
  seed: v.optional(whole(0, 4_294_967_295), 0),
  steps: v.optional(whole(1, 200)),
  batchSize: v.optional(whole(1, 3), 1),
  duration: v.optional(v.pipe(number, v.minValue(1), v.maxValue(60)), 5),
  frameRate: v.optional(whole(1, 120), 24),
  generationType: v.optional(text),
});

/**
 * Validates the body of a submit.
 *
 * @example
 * readForm('image', { prompt: 'dunes' }); // { request: { prompt: 'dunes', width: 1024, … } }
 */
export function readForm(
  kind: 'image' | 'video',
  body: unknown,
  sourceImage?: string | undefined,
): { readonly request: GenerationRequest } | { readonly detail: readonly Detail[] } {
  const result = v.safeParse(form, body);
  if (!result.success) return { detail: result.issues.map(toDetail) };
  const { resolution, steps: _steps, generationType: _generationType, ...given } = result.output;
  const fallback = kind === 'image' ? { width: 1024, height: 1024 } : { width: 1280, height: 720 };
  return { request: { kind, ...given, ...(resolution ?? fallback), sourceImage } };
}

const toDetail = (issue: v.BaseIssue<unknown>): Detail => ({
  loc: ['body', ...(issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))],
  msg: issue.message,
  type: issue.type,
});
