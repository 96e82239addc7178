import { toBaseUrl } from '../http/base-url.js';

const spaceName = /^[\w-][\w.-]*\/[\w.-]+$/;
const hub = 'hf.space';

/** Where an app is: the name of a Space stands for its own host. */
export function toAddress(app: unknown): ReturnType<typeof toBaseUrl> & { readonly isSpace: boolean } {
  const text = typeof app === 'string' ? app.trim() : '';
  const isName = spaceName.test(text);
  if (!isName && !/^(?:https?:\/\/.|\/)/i.test(text)) {
    throw new TypeError(
      'The option app of gradio() is neither the name of a Space nor a URL. Pass owner/name, or the URL that shows the app.',
    );
  }
  const url = isName ? `https://${text.toLowerCase().replace(/[^a-z\d]/g, '-')}.${hub}` : text;
  const address = toBaseUrl(url, `https://${hub}`);
  return { ...address, isSpace: address.origin.startsWith('https://') && address.origin.endsWith(`.${hub}`) };
}
