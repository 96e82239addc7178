/** The origin of a URL, as a page resolves it; `undefined` if it has none. */
export function toOrigin(url: string): string | undefined {
  try {
    return new URL(url, globalThis.location?.href).origin;
  } catch {
    return undefined;
  }
}

/** Whether a page sends this request to another origin, so that CORS applies. Outside a page there is no CORS. */
export function isCrossOrigin(url: string): boolean {
  const own = globalThis.location?.origin;
  const other = toOrigin(url);
  return own !== undefined && other !== undefined && other !== own;
}
