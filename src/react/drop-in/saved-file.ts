import { toResultUrl } from '../../adapters/http/result-url.js';

const extensions: { readonly [type: string]: string } = { jpeg: 'jpg', 'svg+xml': 'svg', quicktime: 'mov' };

/** The url, if it is safe to load. Any script of the page can have written the url into the storage. */
function toSafeUrl(url: string): string {
  const safe = toResultUrl(url, document.baseURI);
  if (safe) return safe;
  throw new TypeError('Its address cannot be opened. Only http(s), blob and media data urls can.');
}

/**
 * Saves a file under a name and the extension of its type. If its server does not let the page read it, the file opens in a
 * new tab instead. Rejects if the server answers with an error.
 */
export async function saveFile(url: string, name: string): Promise<'saved' | 'opened'> {
  const address = toSafeUrl(url);
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    // CORS and a network error look the same to a page. In a new tab, the browser shows which one it is.
    window.open(address, '_blank', 'noopener,noreferrer');
    return 'opened';
  }
  if (!response.ok) throw new Error(`Its server answered ${response.status}. The url may have expired.`);
  const blob = await response.blob();
  const [, type = 'bin'] = /^\w+\/([\w.+-]+)/.exec(blob.type) ?? [];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.${extensions[type] ?? type}`;
  link.click();
  // Safari reads the data only after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return 'saved';
}

/** Writes a file's url to the clipboard. Rejects if the browser does not allow it. */
export const copyUrl = async (url: string): Promise<void> => navigator.clipboard.writeText(toSafeUrl(url));
