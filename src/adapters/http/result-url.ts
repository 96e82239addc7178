const shownDirectly = /^(?:https?:|blob:|data:(?:image|video)\/)/i;

/** The absolute form of a url; `undefined` if there is none. */
export function toAbsoluteUrl(url: string, base: string | undefined): string | undefined {
  try {
    return new URL(url, base).href;
  } catch {
    return undefined;
  }
}

/**
 * A result's url as a page may show it, relative ones resolved against `base`; `undefined` for anything that must not
 * be loaded: scripts, documents, local files.
 */
export function toResultUrl(url: string | undefined, base: string | undefined): string | undefined {
  const absolute = url && toAbsoluteUrl(url, base);
  if (absolute) return shownDirectly.test(absolute) ? absolute : undefined;
  // Node without a base url has nothing to resolve a path against: it stays one.
  return base ? undefined : url;
}
