const form = /^data:([^,]*?)(;base64)?,(.*)$/is;
const defaultType = 'text/plain;charset=US-ASCII';

/**
 * The content of a data URL; `undefined` for any other text. If a vendor answers with bare Base64, put
 * `data:image/png;base64,` in front.
 *
 * @see https://fetch.spec.whatwg.org/#data-url-processor
 * @example
 * const picture = fromDataUrl(`data:image/png;base64,${base64}`);
 */
export function fromDataUrl(url: string): Blob | undefined {
  const [whole, type = '', base64, data = ''] = form.exec(url) ?? [];
  if (whole === undefined) return undefined;
  try {
    // Base64 may be percent-encoded, and broken into lines.
    const text = data.includes('%') ? toBinary(data) : data;
    const content = base64 ? atob(text.replace(/\s+/g, '')) : toBinary(data);
    return new Blob([toBytes(content)], { type: type || defaultType });
  } catch {
    return undefined;
  }
}

/**
 * Converts a blob to a data URL, for vendors that take an image as text.
 *
 * @example
 * const input = { prompt: 'the same at night', image_url: await toDataUrl(file) };
 */
export async function toDataUrl(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const parts: string[] = [];
  // A call takes as many arguments as there are bytes in a part.
  for (let at = 0; at < bytes.length; at += 32_768) parts.push(String.fromCharCode(...bytes.subarray(at, at + 32_768)));
  return `data:${blob.type || 'application/octet-stream'};base64,${btoa(parts.join(''))}`;
}

const media = /^(?:video|image|audio)\/[\w.+-]+$/i;

/** The type of a medium. A data URL of another type would be a document that a page opens. */
export const toMediaType = (type: unknown, ownType: string): string =>
  typeof type === 'string' && media.test(type) ? type : ownType;

/** Bytes or Base64 as a data URL. */
export const toMediaUrl = async (data: string | Uint8Array, type: string): Promise<string> =>
  typeof data === 'string' ? `data:${type};base64,${data}` : toDataUrl(new Blob([Uint8Array.from(data)], { type }));

/** One character for each byte. */
function toBinary(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const characters = Array.from(bytes, byte => String.fromCharCode(byte)).join('');
  return characters.replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function toBytes(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
