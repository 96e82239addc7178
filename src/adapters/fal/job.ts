import type { JobRef } from '../../machines/generation/generation.port.js';
import { toTrustedUrl } from '../http/trusted-url.js';
import type { FalJob } from './fal.types.js';

/** Namespaces stand in front of the owner. */
const namespaces: readonly string[] = ['workflows', 'comfy'];

/** A path that leads elsewhere, or has a query, is no model. */
const modelForm = /^[\w@-][\w.@-]*(?:\/[\w@-][\w.@-]*)+$/;

/** @throws TypeError for what is no model's id */
export function assertModel(model: unknown): asserts model is string {
  if (typeof model === 'string' && modelForm.test(model)) return;
  throw new TypeError(
    'The option model of fal() is not the id of a model. Pass the owner and the name: fal-ai/flux/dev.',
  );
}

/** Where the job of an id is, for an answer without URLs. Sub-paths of the model are not in them. */
function toRequestUrl(base: string, model: string, id: string): string {
  const parts = model.split('/');
  const app = parts.slice(0, namespaces.includes(parts[0] ?? '') ? 3 : 2).join('/');
  return `${base}/${app}/requests/${encodeURIComponent(id)}`;
}

/** A URL of the first origin as its path, so that a stored job is asked about where the adapter is now. */
function toStored(url: string, [origin = '']: readonly string[]): string {
  const isThere = url.startsWith(`${origin}/`) && !url.startsWith(`${origin}//`);
  return isThere ? url.slice(origin.length) : url;
}

type Place = { readonly base: string; readonly model: string; readonly origins: readonly string[] };

/**
 * The job of an id, with the URLs that fal has given as far as they lead to fal. A job that is charged is never lost because of a
 * URL.
 */
export function toFalJob(
  id: string,
  given: { readonly [name: string]: unknown },
  { base, model, origins }: Place,
): FalJob {
  const url = toRequestUrl(base, model, id);
  const toUrl = (name: string, own: string) => toStored(toTrustedUrl(given[name], origins) ?? own, origins);
  return {
    id,
    statusUrl: toUrl('status_url', `${url}/status`),
    responseUrl: toUrl('response_url', url),
    cancelUrl: toUrl('cancel_url', `${url}/cancel`),
  };
}

/** The URL of a stored job, with an addition to its path and a query. */
export function toUrlOf(job: JobRef, name: keyof FalJob, addition = '', query: Readonly<Record<string, string>> = {}) {
  const [path = '', given] = String(job[name]).split('?');
  const parameters = new URLSearchParams(given);
  for (const [parameter, value] of Object.entries(query)) parameters.set(parameter, value);
  const text = parameters.toString();
  return `${path}${addition}${text && `?${text}`}`;
}
