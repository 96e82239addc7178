import { isObject } from '../../machines/json.js';
import { assertKnownOptions, nearestName } from '../../machines/options.js';
import { missingApis } from '../../machines/platform.js';
import { toAbsoluteUrl } from '../http/result-url.js';
import type { RestBackendOptions, RestPlaces, RestState } from './rest-backend.types.js';
import { methods, namesIn, splitTemplate } from './route.js';

type Options = RestBackendOptions<never, never>;

const optionNames = Object.keys({
  baseUrl: true,
  headers: true,
  origins: true,
  fetch: true,
  toVerdict: true,
  submit: true,
  read: true,
  result: true,
  cancel: true,
  events: true,
  status: true,
  at: true,
  progressMax: true,
  keep: true,
  charged: true,
  idempotentSubmit: true,
  idempotencyWindowMs: true,
  stream: true,
  resultsLiveMs: true,
  durationLabel: true,
  hiddenResults: true,
  origin: true,
} satisfies Record<keyof Options, true>);

const placeNames = Object.keys({
  id: true,
  status: true,
  progress: true,
  message: true,
  backendPosition: true,
  etaMs: true,
  output: true,
  error: true,
  cost: true,
  expiresAt: true,
} satisfies Record<keyof RestPlaces<never>, true>);

const states = Object.keys({
  queued: true,
  running: true,
  succeeded: true,
  failed: true,
  moderated: true,
  cancelled: true,
  expired: true,
} satisfies Record<RestState, true>);

const routeNames = ['url', 'method', 'body', 'headers', 'idempotencyHeader'];
const keyModes: readonly unknown[] = [undefined, false, true, 'replays', 'rejects'];

const throwWrongOption = (what: string): never => {
  throw new TypeError(what);
};

/** Refuses a description by which a job could not be followed, or could be paid for twice. @throws TypeError that names the option */
export function assertRestBackendOptions<TInput, TOutput>(options: RestBackendOptions<TInput, TOutput>): void {
  if (!isObject(options)) throwWrongOption('restBackend() needs a description of the API: { submit, read, status }.');
  assertKnownOptions('restBackend', options, optionNames);
  const { submit, read, result, cancel, events, keep = {}, at = {}, progressMax, baseUrl } = options;
  assertBase(baseUrl);
  for (const name of Object.keys(
    isObject(at) ? at : throwWrongOption('The option at of restBackend() must be an object.'),
  )) {
    if (!placeNames.includes(name)) {
      throwWrongOption(
        `The option at of restBackend() has no "${name}". Did you mean "${nearestName(name, placeNames)}"?`,
      );
    }
  }
  assertPlaces('at', at);
  assertPlaces('keep', keep);
  if ('id' in keep)
    throwWrongOption('The option keep of restBackend() cannot have an "id": set at.id to where the id stands.');
  assertStatus(options.status);
  const kept = ['id', ...Object.keys(keep)];
  assertRoute('submit', submit);
  assertRoute('read', read, kept);
  for (const [name, route] of Object.entries({ result, cancel, events })) {
    if (route !== undefined) assertRoute(name, route, kept);
  }
  const isMax = progressMax === undefined || (typeof progressMax === 'number' && progressMax > 0);
  if (!isMax) throwWrongOption('The option progressMax of restBackend() must be a number above 0: 100 for percent.');
  assertKeys(options);
}

function assertBase(baseUrl: unknown): void {
  // The submit says what the platform lacks.
  if (baseUrl === undefined || missingApis('URL').length > 0) return;
  const absolute = typeof baseUrl === 'string' ? toAbsoluteUrl(baseUrl, 'http://relative.invalid') : undefined;
  const { username, password, search, hash } = absolute
    ? new URL(absolute)
    : throwWrongOption('The option baseUrl of restBackend() is not a URL.');
  // It is not quoted, because it may contain a key.
  if (username || password || search || hash) {
    throwWrongOption(
      'The option baseUrl of restBackend() has credentials, a query or a fragment. Pass what the paths begin with, and credentials as headers.',
    );
  }
}

function assertPlaces(option: string, places: object): void {
  for (const [name, place] of Object.entries(places)) {
    const isPath = typeof place === 'string' && place !== '';
    if (place === undefined || isPath || typeof place === 'function') continue;
    throwWrongOption(
      `${option}.${name} of restBackend() must be the path of a member, such as "data.${name}", or a function.`,
    );
  }
}

function assertStatus(status: unknown): void {
  if (typeof status === 'function') return;
  if (!isObject(status)) {
    throwWrongOption(
      'The option status of restBackend() is missing. Say what the words of the backend mean: { done: "succeeded", error: "failed" }.',
    );
    return;
  }
  for (const [word, state] of Object.entries(status)) {
    if (states.some(known => known === state)) continue;
    const near = typeof state === 'string' ? ` Did you mean "${nearestName(state, states)}"?` : '';
    throwWrongOption(
      `The word "${word}" in the option status of restBackend() must mean one of ${states.join(', ')}.${near}`,
    );
  }
  if (!Object.values(status).includes('succeeded')) {
    throwWrongOption('The option status of restBackend() has no word for "succeeded", so no job would ever end well.');
  }
}

function assertRoute(option: string, route: unknown, kept?: readonly string[]): void {
  if (typeof route === 'function') return;
  if (isObject(route)) {
    const unknown = Object.keys(route).find(name => !routeNames.includes(name));
    if (unknown !== undefined) {
      throwWrongOption(
        `The option ${option} of restBackend() has no "${unknown}". Did you mean "${nearestName(unknown, routeNames)}"?`,
      );
    }
  }
  const template = isObject(route) ? route['url'] : route;
  if (typeof template !== 'string' || template.trim() === '') {
    throwWrongOption(
      `The option ${option} of restBackend() must be a route: "/songs/{id}", "POST /songs", an object with such a url, or a function.`,
    );
    return;
  }
  const { method = isObject(route) ? route['method'] : undefined, url } = splitTemplate(template);
  if (method !== undefined && !methods.some(known => known === method)) {
    throwWrongOption(
      `The option ${option} of restBackend() has the method ${String(method)}. Use one of ${methods.join(', ')}.`,
    );
  }
  if (!/^(?:\/|https?:\/\/|\{[^{}]+\}$)/.test(url)) {
    throwWrongOption(`The URL "${url}" in the option ${option} of restBackend() must begin with "/" or "https://".`);
  }
  const missing = kept && namesIn(template).find(name => !kept.includes(name.split('.')[0] ?? ''));
  if (missing !== undefined) {
    throwWrongOption(
      `The option ${option} of restBackend() needs {${missing}}, and a job has only ${kept?.join(', ')}. Set keep.${missing} to where it stands in the answer to the submit.`,
    );
  }
}

/** A submit that claims to be free the second time, and sends no key, would be paid twice. */
function assertKeys<TInput, TOutput>({ idempotentSubmit, submit }: RestBackendOptions<TInput, TOutput>): void {
  if (!keyModes.includes(idempotentSubmit)) {
    throwWrongOption("The option idempotentSubmit of restBackend() must be 'replays' (or true), 'rejects', or false.");
  }
  const sendsKey = typeof submit === 'function' || (typeof submit === 'object' && submit.idempotencyHeader);
  if (idempotentSubmit && !sendsKey) {
    throwWrongOption(
      'The option idempotentSubmit of restBackend() needs the key of a submit to be sent: set submit to { url, idempotencyHeader: "Idempotency-Key" }.',
    );
  }
}
