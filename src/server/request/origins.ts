import { RequestRefusal } from './refusal.js';

/** Whose pages may call this server. */
export type OriginRules = {
  readonly origin: string | undefined;
  readonly hosts: readonly string[] | undefined;
  readonly allowedOrigins: readonly string[];
};

/** The refusal of a request that was meant for another server, such as by a name that somebody else's DNS leads here. */
export const foreignHost = () =>
  new RequestRefusal(
    421,
    'bad-input',
    'This server is not asked by this host name. Nothing was done. Use its own address, or name the host: with the option hosts of createGenerationServer, or by its origin.',
  );

/**
 * By which name the browser asks. The header says it; the URL of a request may have the address that a framework listens on (Next), or what
 * `X-Forwarded-Host` says, which a page can make up.
 */
function hostOf({ headers, url }: Request): string {
  const { host, protocol } = new URL(url);
  const said = headers.get('host');
  if (said === null) return host;
  try {
    // In lower case, and without the port of its protocol.
    return new URL(`${protocol}//${said}`).host;
  } catch {
    return said;
  }
}

/** @throws RequestRefusal with 421 for a host that is none of `hosts`, if there is such a list */
export function assertHost(request: Request, { hosts }: OriginRules): void {
  if (hosts && !hosts.includes(hostOf(request))) throw foreignHost();
}

const ownOrigin = (request: Request, { origin }: OriginRules): string => origin ?? new URL(request.url).origin;

/** A page of another site that the browser signs in by itself: a request that changes something, and is not known to be of ours. */
function isForeign(request: Request, rules: OriginRules): boolean {
  const { headers } = request;
  // No form and no link can send this header, and no script of another site without our permission.
  if (/^bearer \S/i.test(headers.get('authorization') ?? '')) return false;
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (origin !== null) {
    // A framework or a proxy may have changed the address of the request, and the browser knows the real one. No script can set what it says.
    const isSaidOwn = rules.origin === undefined && site === 'same-origin';
    return !isSaidOwn && origin !== ownOrigin(request, rules) && !rules.allowedOrigins.includes(origin);
  }
  if (site !== null) return site !== 'same-origin';
  // No browser of today. With a cookie it could be one of yesterday.
  return headers.has('cookie');
}

/** @throws RequestRefusal with 403 for a request that changes something and may come from another site's page */
export function assertOwnPage(request: Request, rules: OriginRules): void {
  if (!isForeign(request, rules)) return;
  throw new RequestRefusal(
    403,
    'unauthorized',
    'The request comes from a page of another origin. Nothing was done. Set the option origin if a proxy changes the address, or add the origin to allowedOrigins.',
  );
}

/** The permission for a page of another origin to read the answer. */
export function toCorsHeaders(request: Request, { allowedOrigins }: OriginRules): Readonly<Record<string, string>> {
  const origin = request.headers.get('origin');
  if (allowedOrigins.length === 0) return {};
  if (origin === null || !allowedOrigins.includes(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'generation-protocol, retry-after, retry-after-ms',
  };
}

/** The answer to a preflight. It says nothing to an origin that is not allowed. */
export function toPreflight(request: Request, rules: OriginRules): Response {
  const cors = toCorsHeaders(request, rules);
  const isAllowed = 'access-control-allow-origin' in cors;
  const permission = {
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers':
      'authorization, content-type, idempotency-key, generation-job, generation-protocol, last-event-id',
    'access-control-max-age': '600',
  };
  return new Response(null, { status: 204, headers: { ...cors, ...(isAllowed && permission) } });
}
