import { toResultUrl } from '../../adapters/http/result-url.js';

const extensions: { readonly [type: string]: string } = { jpeg: 'jpg', 'svg+xml': 'svg', quicktime: 'mov' };

/** The url, if it is safe to load. Any script of the page can have written anything into the storage. */
function toSafeUrl(url: unknown): string {
  const safe = typeof url === 'string' ? toResultUrl(url, document.baseURI) : undefined;
  if (safe) return safe;
  throw new TypeError('Its address cannot be opened. Only http(s), blob and media data urls can.');
}

/**
 * The answer for a file. An `<img>` may have loaded it before, without CORS: then the browser's cache has it without the
 * header that lets a page read it, and only a request that goes past the cache can succeed. `undefined` if the page cannot
 * read it: CORS and a network error look the same to a page.
 */
async function fetchFile(address: string): Promise<Response | undefined> {
  try {
    return await fetch(address);
  } catch {
    return fetch(address, { cache: 'reload' }).catch(() => undefined);
  }
}

/** Opens a file in a new tab, in which the browser shows it, or says why it cannot. */
function openInTab(address: string): void {
  // With `noopener` a browser answers null, whether or not it has blocked the tab.
  const tab = window.open(address, '_blank');
  if (!tab) {
    throw new Error(
      'The page could not read it from its server, and the browser blocked the new tab for it. Allow pop-ups for this page and try again, or copy the url.',
    );
  }
  // Nothing of the other page has run yet.
  tab.opener = null;
}

/** What a server sends in place of a file that it does not give: a login page, an error. */
const notAFile = /^(?:text\/|application\/(?:json|problem\+json|xml|xhtml\+xml)\b)/i;

/**
 * Saves a file under a name and the extension of its type. If the page cannot read it, the file opens in a new tab instead.
 * Rejects if the server does not give the file, or the browser blocks the tab.
 */
export async function saveFile(url: unknown, name: string): Promise<'saved' | 'opened'> {
  const address = toSafeUrl(url);
  const response = await fetchFile(address);
  if (!response) {
    openInTab(address);
    return 'opened';
  }
  if (!response.ok) throw new Error(`Its server answered ${response.status}. The url may have expired.`);
  const blob = await response.blob();
  if (blob.size === 0 || notAFile.test(blob.type)) {
    throw new Error(`Its server answered with ${blob.size === 0 ? 'nothing' : blob.type}. The url may have expired.`);
  }
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
export async function copyUrl(url: unknown): Promise<void> {
  const address = toSafeUrl(url);
  // Its type has no room for browsers and pages without it.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (!clipboard) throw new Error('The browser gives its clipboard to secure pages only. Open this page over https.');
  try {
    await clipboard.writeText(address);
  } catch (cause) {
    throw new Error('The browser did not allow it. Click into the page and try again.', { cause });
  }
}
