import { toTrustedUrl } from '../../adapters/http/trusted-url.js';

/** What stands in a stored output for a data URL, whose bytes are not kept there. */
export const namedResult = 'generation-result:';

/** Deeper than any output. */
const maxDepth = 30;

export const isMediaData = (url: string): boolean => /^data:(?:image|video|audio)\//i.test(url);

/** Whether a text in an output is a URL that this server answers for: one that a page cannot load, or that would be megabytes in a view. */
export const isServed = (text: string, origins: readonly string[]): boolean =>
  text === namedResult || isMediaData(text) || isHidden(text, origins);

/** Only whole URLs: a path of its own is no URL of the backend. */
const isHidden = (text: string, origins: readonly string[]): boolean =>
  origins.length > 0 && /^https?:\/\//i.test(text) && toTrustedUrl(text, origins) !== undefined;

/**
 * An output with other URLs in place of those that this server answers for. They are counted in the order of the output, which is the same
 * whenever the backend is asked for it.
 */
export function mapServed<TOutput>(
  output: TOutput,
  origins: readonly string[],
  toUrl: (url: string, index: number) => string,
): TOutput {
  let count = 0;
  const map = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') {
      if (!isServed(value, origins)) return value;
      count += 1;
      return toUrl(value, count - 1);
    }
    if (typeof value !== 'object' || value === null || depth === 0) return value;
    if (Array.isArray(value)) return value.map(item => map(item, depth - 1));
    // What is no plain object is written by JSON as it wants to.
    if ('toJSON' in value) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member, depth - 1)]));
  };
  return map(output, maxDepth) as TOutput;
}

/** The URL with this number in an output. */
export function findServed(output: unknown, origins: readonly string[], index: number): string | undefined {
  let found: string | undefined;
  mapServed(output, origins, (url, at) => {
    if (at === index) found = url;
    return url;
  });
  return found;
}
