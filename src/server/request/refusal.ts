import type { Failure, FailureCode } from '../../machines/generation/generation.port.js';

/** What this server refuses by itself: before a backend is asked, unless `charged` says otherwise. */
export class RequestRefusal extends Error {
  override readonly name = 'RequestRefusal';
  readonly status: number;
  readonly code: FailureCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;
  readonly charged: Failure['charged'];

  constructor(
    status: number,
    code: FailureCode,
    message: string,
    {
      headers = {},
      retryAfterMs,
      charged = 'no',
    }: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly retryAfterMs?: number | undefined;
      readonly charged?: Failure['charged'];
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.retryAfterMs = retryAfterMs;
    this.charged = charged;
  }
}

export const notFound = () =>
  new RequestRefusal(404, 'not-found', 'There is nothing at this address. Check the base URL and the id of the job.');

/** Also of a job of somebody else: whether it exists is nobody's business. */
export const unknownJob = (id: string) =>
  new RequestRefusal(404, 'not-found', `There is no job ${id} of yours here. Check the id, and who is signed in.`);
