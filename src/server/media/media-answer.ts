import { fromDataUrl, toMediaType } from '../../adapters/http/data-url.js';
import type { JobRef } from '../../machines/generation/generation.port.js';
import type { Backend } from '../backends.js';
import { commonHeaders } from '../request/answers.js';
import { notFound } from '../request/refusal.js';
import { isMediaData } from './media-urls.js';
import { type Part, toPartAnswer } from './part-answer.js';

/** What a browser asks for, of bytes with a name. */
export type NamedRequest = {
  readonly request: Request;
  /** What the bytes are called in the browser's cache, and in a folder of downloads. Other bytes have another name. */
  readonly name: string;
};

/** What a page asks for. */
export type MediaRequest = NamedRequest & {
  readonly backend: Backend;
  /** The job as the backend calls it. */
  readonly job: JobRef;
};

const unknownType = 'application/octet-stream';

/** A type that is no medium could be a page, which would run on this origin: it is only downloaded. An svg may have scripts. */
const toMediaHeaders = (name: string, type: string) => ({
  ...commonHeaders,
  // The browser keeps it, and asks each time whether it may show it: another user may be signed in.
  'cache-control': 'private, no-cache',
  etag: `"${name}"`,
  'content-type': type,
  'content-disposition': type === unknownType ? 'attachment' : `inline; filename="${name}.${toExtension(type)}"`,
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'accept-ranges': 'bytes',
});

const toExtension = (type: string) =>
  (type.split('/')[1] ?? '').replace(/^x-|\+.*$/g, '').replace('jpeg', 'jpg') || 'bin';

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
const isKnown = ({ request, name }: NamedRequest): boolean =>
  (request.headers.get('if-none-match') ?? '').split(',').some(tag => tag.trim().replace(/^W\//, '') === `"${name}"`);

/** The part that is asked for, unless the browser has a part of something else. */
function toRange({ request: { headers }, name }: NamedRequest): string | undefined {
  const condition = headers.get('if-range');
  return condition === null || condition === `"${name}"` ? (headers.get('range') ?? undefined) : undefined;
}

/** Answers a browser that has the bytes already, without asking anybody for them. */
export const toKnownAnswer = (asked: NamedRequest): Response | undefined =>
  isKnown(asked)
    ? new Response(null, {
        status: 304,
        headers: { ...commonHeaders, etag: `"${asked.name}"`, 'cache-control': 'private, no-cache' },
      })
    : undefined;

/**
 * The bytes of a URL: those within a data URL, or those that the backend answers with.
 *
 * @throws RequestRefusal with 404 for a URL that is neither
 * @throws GenerationError by the backend
 */
export async function toMediaAnswer(asked: MediaRequest, url: string): Promise<Response> {
  return isMediaData(url) ? toDataAnswer(asked, url) : toFetchedAnswer(asked, url);
}

async function toDataAnswer(asked: MediaRequest, url: string): Promise<Response> {
  const blob = fromDataUrl(url);
  if (!blob) throw notFound();
  return toRangeAnswer(asked, { type: blob.type.replace(/;.*$/s, ''), size: blob.size }, async range =>
    range ? blob.slice(range.from, range.to) : blob,
  );
}

/** Bytes whose number is known, or the part of them that is asked for. */
export async function toRangeAnswer(
  asked: NamedRequest,
  { type, size }: { readonly type: string; readonly size: number },
  read: (range: Part | undefined) => Promise<BodyInit>,
): Promise<Response> {
  const headers = toMediaHeaders(asked.name, toMediaType(type, unknownType));
  return toPartAnswer(toRange(asked), { size, headers, read });
}

const passedOn = ['content-length', 'content-range', 'last-modified'] as const;

async function toFetchedAnswer(asked: MediaRequest, url: string): Promise<Response> {
  const { request, backend, job, name } = asked;
  const { hiddenResults } = backend.adapter;
  if (!hiddenResults) throw notFound();
  const response = await hiddenResults.fetch(url, { job, range: toRange(asked), signal: request.signal });
  const { status, headers: given, body } = response;
  const type = (given.get('content-type') ?? '').replace(/;.*$/s, '').trim();
  const headers = new Headers(toMediaHeaders(name, toMediaType(type, unknownType)));
  for (const each of passedOn) {
    const value = given.get(each);
    // The length of what was compressed on the way is not that of the bytes that are left.
    if (value !== null && !(each === 'content-length' && given.has('content-encoding'))) headers.set(each, value);
  }
  if (status !== 206 && !/\bbytes\b/i.test(given.get('accept-ranges') ?? '')) headers.delete('accept-ranges');
  if (status === 416) void body?.cancel().catch(() => undefined);
  return new Response(status === 416 ? null : body, { status, headers });
}
