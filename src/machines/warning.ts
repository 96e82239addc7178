declare const process: { readonly env: { readonly NODE_ENV?: string } };

/**
 * Tells a developer of a command that came to nothing. Bundlers put the mode in the place of `process.env.NODE_ENV`, so that a
 * production build says nothing; a browser that is served the files as they are has no `process`, and says nothing either.
 */
export function warn(text: string): void {
  try {
    if (process.env.NODE_ENV !== 'production') console.warn(`generation-lifecycle: ${text}`);
  } catch {
    // Not a bundle: whether somebody develops is not to be known.
  }
}
