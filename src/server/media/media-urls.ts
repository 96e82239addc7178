import { mapTexts } from '../../adapters/http/map-texts.js';
import { toTrustedUrl } from '../../adapters/http/trusted-url.js';

/** What stands in a stored output for a data URL, whose bytes are not kept there. */
export const namedResult = 'generation-result:';

export const isMediaData = (url: string): boolean => /^data:(?:image|video|audio)\//i.test(url);

/** Whether a text in an output is a URL that this server answers for: one that a page cannot load, or that would be megabytes in a view. */
export const isServed = (text: string, origins: readonly string[]): boolean =>
  text === namedResult || isMediaData(text) || isHidden(text, origins);

/** Only whole URLs: a path of its own is no URL of the backend. */
const isHidden = (text: string, origins: readonly string[]): boolean =>
  origins.length > 0 && /^https?:\/\//i.test(text) && toTrustedUrl(text, origins) !== undefined;

/** An output with other URLs in place of those that this server answers for. They are counted in the order of the output. */
export function mapServed<TOutput>(
  output: TOutput,
  origins: readonly string[],
  toUrl: (url: string, index: number) => string,
): TOutput {
  let count = 0;
  return mapTexts(output, text => {
    if (!isServed(text, origins)) return text;
    count += 1;
    return toUrl(text, count - 1);
  });
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
