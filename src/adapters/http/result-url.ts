const shownDirectly = /^(?:https?:|blob:|data:(?:image|video)\/)/i;

/** The absolute form of a URL, or `undefined` if it has none. */
export function toAbsoluteUrl(url: string, base: string | undefined): string | undefined {
  try {
    return new URL(url, base).href;
  } catch {
    return undefined;
  }
}

/**
 * The URL of a result in a form that a page may show. A relative one is resolved against `base`. `undefined` for what a
 * page must not load, such as scripts, documents and local files.
 */
export function toResultUrl(url: string | undefined, base: string | undefined): string | undefined {
  const absolute = url && toAbsoluteUrl(url, base);
  if (absolute) return shownDirectly.test(absolute) ? absolute : undefined;
  // Node without a base URL has nothing to resolve a path against: the path stays as it is.
  return base ? undefined : url;
}

/** An absolute URL without the parameters that hold credentials. A signature of the URL itself stays. */
export function withoutParameters(url: string, isCredential: (name: string, value: string) => boolean): string {
  const bare = new URL(url);
  const names = [...bare.searchParams].flatMap(([name, value]) => (isCredential(name, value) ? name : []));
  // A URL that is left as it is may have a form that would change, and with it its signature.
  if (names.length === 0) return url;
  for (const name of names) bare.searchParams.delete(name);
  return bare.href;
}
