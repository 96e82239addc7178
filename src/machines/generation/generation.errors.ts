import type { Failure, FailureCode, JobRef } from './generation.port.js';

type FailureInit = { readonly code: FailureCode; readonly message: string } & Partial<Failure>;
type ErrorOptions = { readonly cause?: unknown; readonly retryAfterMs?: number | undefined };

/**
 * The one error class of this library. It carries a {@link Failure}, which is its plain-data form. Members that you
 * leave out are `retryable: false`, `resumable: false` and `charged: 'no'`. If `submit` throws it and you do not know
 * whether the backend started the job, pass `charged: 'maybe'`.
 *
 * @example
 * throw new GenerationError(
 *   { code: 'payment-required', message: 'The balance is too low: add credits and submit again.', status: 402 },
 *   { cause },
 * );
 */
export class GenerationError extends Error {
  override readonly name = 'GenerationError';
  /** What happened, as plain JSON. */
  readonly failure: Failure;
  /** How long the backend asks to wait before the next request, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(failure: FailureInit, options: ErrorOptions = {}) {
    super(failure.message, 'cause' in options ? { cause: options.cause } : undefined);
    const { retryAfterMs = failure.retryAfterMs } = options;
    this.failure = {
      retryable: false,
      resumable: false,
      charged: 'no',
      ...failure,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
    this.retryAfterMs = retryAfterMs;
  }

  /** The same as `failure.code`. */
  get code(): FailureCode {
    return this.failure.code;
  }
}

/**
 * Whether a caught value is a {@link GenerationError}, even from another copy of this library.
 *
 * @example
 * try {
 *   await pictures.generate({ prompt: 'a lighthouse' }).items;
 * } catch (error) {
 *   if (isGenerationError(error) && error.code === 'payment-required') showTopUp();
 *   else throw error;
 * }
 */
export function isGenerationError(value: unknown): value is GenerationError {
  // By its member: another copy has another class, and another library may have an error of this name.
  return value instanceof Error && !!(value as Partial<GenerationError>).failure?.code;
}

/**
 * A failure that the chart itself decides. A new submit does not help; if there is a job, it can be followed again.
 */
export const createFailure = (code: FailureCode, message: string, job?: JobRef): Failure => ({
  code,
  message,
  retryable: false,
  resumable: !!job,
  charged: job ? 'yes' : 'maybe',
  job,
});
