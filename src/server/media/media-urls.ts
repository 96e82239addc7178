import { mapTexts } from '../../adapters/http/map-texts.js';
import { toAbsoluteUrl } from '../../adapters/http/result-url.js';
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

/** A whole URL, or bytes that stood in its place. Texts that only mention one are none. */
const isResult = (text: string): boolean =>
  text === namedResult ||
  isMediaData(text) ||
  (/^https?:\/\//i.test(text) && toAbsoluteUrl(text, undefined) !== undefined);

/**
 * An output with other texts in place of everything that may be a result. They are counted in the order of the output, whatever the options of the server are,
 * so that a result keeps its number.
 */
export function mapResults<TOutput>(output: TOutput, toText: (text: string, index: number) => string): TOutput {
  let count = 0;
  return mapTexts(output, text => {
    if (!isResult(text)) return text;
    count += 1;
    return toText(text, count - 1);
  });
}

/** Everything in an output that may be a result, in its order. */
export function resultsIn(output: unknown): readonly string[] {
  const found: string[] = [];
  mapResults(output, text => {
    found.push(text);
    return text;
  });
  return found;
}

/** The number that a result has among those that are served without a copy. */
export const toServedIndex = (output: unknown, origins: readonly string[], index: number): number =>
  resultsIn(output)
    .slice(0, index)
    .filter(text => isServed(text, origins)).length;

/** The URL with this number in an output. */
export function findServed(output: unknown, origins: readonly string[], index: number): string | undefined {
  let found: string | undefined;
  mapServed(output, origins, (url, at) => {
    if (at === index) found = url;
    return url;
  });
  return found;
}
