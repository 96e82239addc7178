import type { GenerationError } from '../../machines/generation/generation.errors.js';
import { toSecrets } from './credentials.js';
import type { GivenHeaders } from './exchange.js';
import { type RequestContext, toRequestError } from './request-error.js';

/** A key, or a function that returns one before each request, for example from a secret store. */
export type ApiKey = string | (() => string | undefined | Promise<string | undefined>);

/** How an adapter gets a vendor's key. */
export type ApiKeyOptions = {
  /** The vendor's name in error messages: `fal`. */
  readonly vendor: string;
  /** The key that the user passed. @defaultValue the environment variable */
  readonly value: ApiKey | undefined;
  /**
   * The usual environment variable: `FAL_KEY`. Read at the first request. With several, the first one that is set is
   * used.
   */
  readonly variable: string | readonly string[];
  /** Name of the adapter's option for the key. @defaultValue `apiKey` */
  readonly option?: string | undefined;
  readonly toHeaders: (key: string) => GivenHeaders;
  /** Sends requests without a key if there is none. @defaultValue false */
  readonly isOptional?: boolean | undefined;
  /** Sends the key from a page, where everybody can read it. @defaultValue false */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
};

/** Of Node, Bun and Deno, and of bundlers that replace it. */
type Runtime = { readonly env?: Readonly<Record<string, string | undefined>> };

/**
 * The headers with the key of a vendor.
 *
 * @throws GenerationError with the code `unauthorized` if there is no key, or if there is one in a page
 */
export async function toKeyHeaders(options: ApiKeyOptions, context: RequestContext): Promise<GivenHeaders> {
  const { vendor, value, variable, option = 'apiKey', toHeaders, dangerouslyAllowBrowser } = options;
  const isPage = isInBrowser() && !dangerouslyAllowBrowser;
  const isCertainlyNotStarted = true;
  const variables = typeof variable === 'string' ? [variable] : variable;
  const named = `the environment variable ${variables.join(' or ')}`;

  if (isPage && value !== undefined) throw toPageKeyError(vendor, context);
  const key = (await (typeof value === 'function' ? value() : (value ?? readFirst(variables))))?.trim();
  if (!key && options.isOptional) return {};
  if (!key) {
    throw toRequestError(context, 'unauthorized', `there is no key of ${vendor}. Nothing was sent`, {
      isCertainlyNotStarted,
      advice: isPage
        ? `Call ${vendor} from your server, where the key stays: docs/guide/server.md shows how`
        : `Pass the option ${option}, or set ${named}`,
    });
  }
  // What a header cannot hold would be quoted in the error of the platform.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw toRequestError(
      context,
      'unauthorized',
      `the key of ${vendor} has a character that no key has, such as a space. Nothing was sent`,
      { isCertainlyNotStarted, advice: `Check the option ${option}, or ${named}` },
    );
  }
  return toHeaders(key);
}

const toPageKeyError = (vendor: string, context: RequestContext): GenerationError =>
  toRequestError(
    context,
    'unauthorized',
    `the key of ${vendor} is in a page, where everybody can read it and spend your money. Nothing was sent`,
    {
      isCertainlyNotStarted: true,
      advice: `Call ${vendor} from your server (docs/guide/server.md shows how), or set dangerouslyAllowBrowser to true if only you can open the page`,
    },
  );

/** Throws in a page, for a client of a vendor that has its key inside. */
export function assertNoPage(vendor: string, context: RequestContext, isAllowed = false): void {
  if (isInBrowser() && !isAllowed) throw toPageKeyError(vendor, context);
}

/** What to cut out of texts because these keys, or those of these environment variables, may be in them. */
export const toKnownSecrets = (keys: readonly string[], variables: readonly string[]): string[] =>
  [...keys, ...variables.map(name => readEnvironment(name) ?? '')].flatMap(toSecrets);

const readFirst = (variables: readonly string[]) => variables.map(readEnvironment).find(key => key?.trim());

/** A variable of the environment, where there is one. */
export function readEnvironment(variable: string): string | undefined {
  const process: Runtime | undefined = Reflect.get(globalThis, 'process');
  return process?.env?.[variable];
}

/** A page or its workers. Servers have neither documents nor scripts with an address. */
function isInBrowser(): boolean {
  const has = (name: string) => Reflect.get(globalThis, name) !== undefined;
  return has('document') || (has('importScripts') && has('location'));
}
