import { toResultUrl } from '../../adapters/http/result-url.js';

const extensions: { readonly [type: string]: string } = { jpeg: 'jpg', 'svg+xml': 'svg', quicktime: 'mov' };

/** The url itself, if it may be loaded: what a storage holds may have been put there by anybody. */
function toSafeUrl(url: string): string {
  const safe = toResultUrl(url, document.baseURI);
  if (safe) return safe;
  throw new TypeError('Its address is none that may be opened.');
}

/**
 * Saves a file under a name, to which its type's extension is added. Where its server does not let the page read it, it is
 * opened in a tab of its own instead. Rejects when the server says no.
 */
export async function saveFile(url: string, name: string): Promise<'saved' | 'opened'> {
  const address = toSafeUrl(url);
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    // CORS and a broken connection look the same to a page; in a tab of its own the browser tells which it is.
    window.open(address, '_blank', 'noopener,noreferrer');
    return 'opened';
  }
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const blob = await response.blob();
  const [, type = 'bin'] = /^\w+\/([\w.+-]+)/.exec(blob.type) ?? [];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.${extensions[type] ?? type}`;
  link.click();
  // The download has its own hold on the data once the click is over; Safari takes a moment to get there.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return 'saved';
}

/** Puts a file's address into the clipboard. Rejects where the page has none, or may not write to it. */
export const copyUrl = async (url: string): Promise<void> => navigator.clipboard.writeText(toSafeUrl(url));
