import { isJson } from '../../machines/json.js';
import type { HttpRoute } from '../http/http-adapter.js';
import { mapValues } from '../http/map-texts.js';
import { toBase, trimSlashes } from '../http/page-base.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toAbsoluteUrl } from '../http/result-url.js';
import { placeOf } from './place.js';
import type { RestBackendOptions, RestRoute } from './rest-backend.types.js';

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const methodForm = /^([A-Z]+)\s+(?=\S)/;
/** The name of a member, or a path of one. */
const bracesForm = /\{([^{}]*)\}/g;
const wholeForm = /^\{([^{}]*)\}$/;

/** The members that a template asks for. */
export const namesIn = (template: string): readonly string[] =>
  [...template.matchAll(bracesForm)].map(([, name = '']) => name);

/** `DELETE /songs/{id}` as a method and a URL. */
export function splitTemplate(template: string): { readonly method: string | undefined; readonly url: string } {
  const [prefix, method] = methodForm.exec(template) ?? [];
  return { method, url: template.slice(prefix?.length ?? 0).trim() };
}

/** How the routes of one backend become requests. */
export type RoutePlace = {
  readonly baseUrl: string | undefined;
  /** There is a `fetch` of the user, which may understand relative URLs where there is no page. */
  readonly hasFetch: boolean;
  /** Nothing is sent to other origins than the known ones. */
  readonly isPinned: boolean;
};

const absoluteForm = /^[a-z][a-z\d+.-]*:/i;

/** The origins that the description itself names; `undefined` if it names none, such as on a server without a `baseUrl`. */
export function toOrigins<TInput, TOutput>(options: RestBackendOptions<TInput, TOutput>) {
  const { submit, read, result, cancel, events, baseUrl } = options;
  const routes = [submit, read, result, cancel, events];
  const urls = routes.flatMap(route =>
    typeof route === 'object' ? route.url : typeof route === 'string' ? route : [],
  );
  const named = [toBase(baseUrl), ...urls.map(url => splitTemplate(url).url).filter(url => absoluteForm.test(url))];
  const origins = named.flatMap(url => {
    const origin = url === undefined ? undefined : toAbsoluteUrl('/', url);
    return origin === undefined ? [] : [new URL(origin).origin];
  });
  return origins.length > 0 ? [...new Set(origins)] : undefined;
}

/**
 * What a request sends to a route.
 *
 * @throws GenerationError if a member is missing that the template needs, or if the URL is relative and there is no page
 */
export function toRequest<TSource>(
  route: RestRoute<TSource>,
  source: TSource,
  context: RequestContext,
  place: RoutePlace,
): HttpRoute {
  const given = typeof route === 'function' ? route(source) : route;
  const parts: HttpRoute = typeof given === 'string' ? { url: given } : given;
  const { method, url } = splitTemplate(parts.url);
  const memberAt = (name: string) => toMember(placeOf(source, name), name, context);
  // What a function has made is complete.
  const isTemplate = typeof route !== 'function';
  const whole = isTemplate ? wholeForm.exec(url)?.[1] : undefined;
  const filled = isTemplate ? url.replace(bracesForm, (_, name) => encodeURIComponent(String(memberAt(name)))) : url;
  if (whole !== undefined && !place.isPinned) {
    throw toRequestError(context, 'bad-input', 'its URL comes from the backend, and nothing says where it may lead', {
      isCertainlyNotStarted: true,
      advice: 'Set the option baseUrl or origins of restBackend() to where the backend is',
    });
  }
  const body = isTemplate && isJson(parts.body) ? filledBody(parts.body, source) : parts.body;
  return {
    ...parts,
    url: toAddress(whole === undefined ? filled : String(memberAt(whole)), context, place),
    ...(method !== undefined && { method: methods.find(known => known === method) }),
    ...(body !== undefined && { body }),
  };
}

/** What can be a part of a URL. An input without it cannot be sent, and a job without it cannot be followed. */
function toMember(value: unknown, name: string, context: RequestContext): string | number | boolean {
  if ((typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  const owner = context.job ? 'job' : 'input';
  throw toRequestError(context, 'bad-input', `its URL needs the member ${name}, and the ${owner} has none`, {
    isCertainlyNotStarted: true,
    advice: context.job ? 'Name the member in the option keep of restBackend()' : 'Nothing was sent. Pass that member',
  });
}

/** A member that is absent stays absent. */
const filledBody = (template: unknown, source: unknown): unknown =>
  mapValues(template, part => {
    const [, name] = typeof part === 'string' ? (wholeForm.exec(part) ?? []) : [];
    return name === undefined ? part : placeOf(source, name);
  });

function toAddress(url: string, context: RequestContext, { baseUrl, hasFetch }: RoutePlace): string {
  if (absoluteForm.test(url)) return url;
  const base = toBase(baseUrl);
  const path = `/${url.replace(/^\/+/, '')}`;
  if (base) return trimSlashes(base) + path;
  if (hasFetch) return trimSlashes(baseUrl ?? '') + path;
  throw toRequestError(
    context,
    'bad-input',
    `the URL ${path} is relative, and there is no page to resolve it against`,
    {
      isCertainlyNotStarted: true,
      advice: 'Set the option baseUrl of restBackend() to the absolute URL of the backend',
    },
  );
}
