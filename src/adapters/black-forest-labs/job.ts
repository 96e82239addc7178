import type { JobRef } from '../../machines/generation/generation.port.js';
import { toTrustedUrl } from '../http/trusted-url.js';
import type { BlackForestLabsJob } from './black-forest-labs.types.js';

type Members = { readonly [name: string]: unknown };

/** Where a URL may lead, and where a job is that has none. */
export type Place = { readonly base: string; readonly origins: readonly string[] };

/**
 * The job of an id, with its `polling_url` as far as that leads to Black Forest Labs: an answer to a submit with a webhook has none. A job
 * that is charged is never lost because of a URL.
 */
export function toJob(id: string, { polling_url: given, cost }: Members, { base, origins }: Place): BlackForestLabsJob {
  const url = toTrustedUrl(given, origins) ?? `${base}/v1/get_result`;
  const [path = '', query] = url.split('#')[0]?.split('?') ?? [];
  const parameters = new URLSearchParams(query);
  if (!parameters.has('id')) parameters.set('id', id);
  const [origin = ''] = origins;
  // As a path, so that a stored job is asked about where the adapter is now.
  const isHere = path.startsWith(`${origin}/`) && !path.startsWith(`${origin}//`);
  return {
    id,
    pollingUrl: `${isHere ? path.slice(origin.length) : path}?${parameters}`,
    ...(typeof cost === 'number' && cost >= 0 && { credits: cost }),
  };
}

/** The id that a `polling_url` has, for an answer that names it nowhere else. */
export const idInUrl = (url: unknown): string | undefined =>
  (typeof url === 'string' && /[?&]id=([^&#]+)/.exec(url)?.[1]) || undefined;

/** Where a stored job is read. The page may have changed it: the exchange sends nothing but to the origins that are allowed. */
export function urlOf({ id, pollingUrl }: JobRef, place: Place): string {
  return typeof pollingUrl === 'string' ? pollingUrl : toJob(id, {}, place).pollingUrl;
}
