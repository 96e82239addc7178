import type { IncomingMessage } from 'node:http';
import { createMiddleware } from 'hono/factory';
import { signedUrls } from './media.urls.js';
import type { BackendEnv } from './request.log.js';
import { refuse } from './responses.js';
import type { Signer } from './signing.js';

const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
/** Names under `localhost` are loopback names, too: https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
const isLoopback = (name: string): boolean => loopbackNames.includes(name) || name.endsWith('.localhost');
const wildcards: readonly string[] = ['0.0.0.0', '[::]'];
const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

export type OriginRules = {
  /** The address that the server listens on, as in a url. */
  readonly host: string;
  readonly allowOrigin: string | undefined;
  /** Of the URLs of files. */
  readonly signer: Signer;
};

/** The name and the port of a `Host` header. */
function parseHost(host = ''): { readonly name: string; readonly port: number } | undefined {
  const found = /^(?<name>\[[^\]]*\]|[^:]*)(?::(?<port>\d{1,5}))?$/.exec(host.toLowerCase());
  return found ? { name: found.groups?.['name'] ?? '', port: Number(found.groups?.['port'] ?? 80) } : undefined;
}

/** Whether a browser says that a page of another origin has sent this. Programs send neither header. */
function isForeign({ headers }: IncomingMessage, allowOrigin: string | undefined): boolean {
  const { origin, host = '' } = headers;
  const site = headers['sec-fetch-site'] ?? 'none';
  if (allowOrigin !== undefined && (allowOrigin === '*' || origin === allowOrigin)) return false;
  // A development server may forward its page's requests under another name. The browser knows better.
  if (site === 'same-origin') return false;
  return site !== 'none' || (origin !== undefined && origin.replace(/^https?:\/\//i, '') !== host);
}

/**
 * Refuses requests that a page of another origin makes a browser send: all of them under another name of this machine (DNS
 * rebinding), and those that change something.
 *
 * @see https://fetch.spec.whatwg.org/#origin-header
 * @see https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
 */
export function checkingOrigin({ host, allowOrigin, signer }: OriginRules) {
  const ownName = wildcards.includes(host) ? '127.0.0.1' : host;
  return createMiddleware<BackendEnv>(async (c, next) => {
    const { incoming } = c.env;
    const asked = parseHost(incoming.headers.host);
    // Any port: a development server forwards its own.
    if (!asked || (asked.name !== ownName && !isLoopback(asked.name))) {
      const hint = `This backend answers only as ${loopbackNames.join(', ')}. Open it under one of these names.`;
      return refuse(c, 403, 'Forbidden', hint);
    }
    if (!safeMethods.includes(c.req.method) && isForeign(incoming, allowOrigin)) {
      const hint = 'A page of another origin may not change anything here. Set allowOrigin to allow it.';
      return refuse(c, 403, 'Forbidden', hint);
    }
    // Urls have the server's own address, and no port that is only in the request.
    const { localPort = asked.port } = incoming.socket;
    c.set('urls', signedUrls(`http://${asked.port === localPort ? asked.name : ownName}:${localPort}`, signer));
    return next();
  });
}
