/// <reference types="node" />
import { lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, fetch } from 'undici';
import { assertKnownOptions } from '../../machines/options.js';
import { RefusedResultError, type ResultDownload, toRefusal } from '../copies/result-store.js';
import { isPublicAddress } from './public-address.js';

/** Options of {@link pinnedDownload}. */
export type PinnedDownloadOptions = {
  /**
   * Your own origins that may have a private address and need no https: `http://10.0.0.5:8080`. List only origins where
   * nobody else can put results. @defaultValue none
   */
  readonly privateOrigins?: readonly string[] | undefined;
  /** Resolves host names, like `lookup` of `node:dns`. @defaultValue Node's */
  readonly lookup?: LookupFunction | undefined;
};

type Addresses = readonly { readonly address: string; readonly family: number }[];

const refuse = () =>
  new RefusedResultError('Its host is at an address of a private network, and of none of privateOrigins.');

/** A lookup whose answer is checked. The connection is made to what was checked: nobody asks again. */
const toCheckedLookup =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const addresses = found as unknown as Addresses;
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isPublicAddress(address))) return callback(refuse(), '');
      if (options.all) return callback(null, [...addresses]);
      callback(null, first.address, first.family);
    });

function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}

const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

/** Both are Node's own in name only, and keep none of this. */
function assertNode(): void {
  if ('Bun' in globalThis || 'Deno' in globalThis)
    throw new TypeError(
      'pinnedDownload() needs Node, because only there it is known which address a connection is made to. Elsewhere, list where results may be: the option resultOrigins of createGenerationServer().',
    );
}

/**
 * Requests results from any public host of the web and no other: over https, without following redirects, and only at
 * public addresses. It connects to the address that it checked, so a DNS change in between has no effect. In Node, with
 * `undici`, which you install. `directoryResults` includes one.
 *
 * @throws TypeError for an unknown option, for an invalid origin, and outside Node
 * @see https://undici.nodejs.org/#/docs/api/Connector
 * @example
 * const download = pinnedDownload();
 * const response = await download('https://cdn.example.com/1.png', { headers: {}, signal: AbortSignal.timeout(5_000) });
 */
export function pinnedDownload(options: PinnedDownloadOptions = {}): ResultDownload {
  assertKnownOptions('pinnedDownload', options, ['privateOrigins', 'lookup']);
  assertNode();
  const { privateOrigins = [], lookup = lookUp as LookupFunction } = options;
  for (const origin of privateOrigins) {
    if (!isOrigin(origin))
      throw new TypeError(
        `pinnedDownload(): privateOrigins has "${origin}", which is no origin. Pass http://10.0.0.5:8080.`,
      );
  }
  const connect = buildConnector({ lookup: toCheckedLookup(lookup) });
  const pinned = new Agent({
    connect(target, connected) {
      const host = bare(target.hostname);
      // Nobody looks an address up.
      if (isIP(host) && !isPublicAddress(host)) return connected(refuse(), null);
      connect(target, connected);
    },
  });
  const plain = new Agent({ connect: { lookup } });

  return async (url, { headers, signal }) => {
    const { origin, protocol } = new URL(url);
    const isPrivate = privateOrigins.includes(origin);
    if (protocol !== 'https:' && !isPrivate) throw new RefusedResultError('Its URL is not one of https.');
    try {
      const dispatcher = isPrivate ? plain : pinned;
      const response = await fetch(url, { headers, signal, dispatcher, redirect: 'manual', credentials: 'omit' });
      return response as unknown as Response;
    } catch (error) {
      throw toRefusal(error) ?? error;
    }
  };
}
