declare const process: { readonly env: { readonly NODE_ENV?: string } };

/**
 * Warns during development only. Bundlers replace `process.env.NODE_ENV`, so a production build never warns. A browser without
 * a bundler has no `process`, and does not warn either.
 */
export function warn(text: string): void {
  try {
    if (process.env.NODE_ENV !== 'production') console.warn(`generation-lifecycle: ${text}`);
  } catch {
    // There is no `process`.
  }
}
