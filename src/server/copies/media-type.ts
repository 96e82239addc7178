/** How files of these types begin, as Latin-1. The first type is that of a file which is called something else. */
const signatures: readonly (readonly [begin: RegExp, types: readonly string[]])[] = [
  [/^\x89PNG\r\n.\n/s, ['image/png', 'image/apng']],
  [/^\xff\xd8\xff/, ['image/jpeg', 'image/jpg']],
  [/^GIF8[79]a/, ['image/gif']],
  [/^RIFF.{4}WEBP/s, ['image/webp']],
  [/^RIFF.{4}WAVE/s, ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave']],
  [/^RIFF.{4}AVI /s, ['video/x-msvideo', 'video/avi']],
  [/^.{4}ftypavi[fs]/s, ['image/avif']],
  [/^.{4}ftyp(?:hei[cxms]|hev[cx]|mif1|msf1)/s, ['image/heic', 'image/heif', 'image/avif']],
  [/^.{4}ftypM4[AB] /s, ['audio/mp4', 'audio/x-m4a', 'audio/m4a']],
  [/^.{4}ftypqt {2}/s, ['video/quicktime', 'video/mp4']],
  [/^.{4}ftyp/s, ['video/mp4', 'video/quicktime', 'video/x-m4v', 'video/3gpp', 'audio/mp4']],
  [/^.E\xdf\xa3/s, ['video/webm', 'audio/webm', 'video/x-matroska', 'audio/x-matroska']],
  [/^OggS/, ['audio/ogg', 'video/ogg', 'audio/opus']],
  [/^fLaC/, ['audio/flac', 'audio/x-flac']],
  [/^ID3|^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/, ['audio/mpeg', 'audio/mp3']],
  [/^\xff[\xf0\xf1\xf8\xf9]/, ['audio/aac', 'audio/aacp']],
  [/^(?:II\*.|MM.\*)/s, ['image/tiff']],
  [
    /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,300}?-->\s*)*(?:<!DOCTYPE svg[^>]{0,200}>\s*)?<svg[\s>]/is,
    ['image/svg+xml'],
  ],
];
const signed = new Set(signatures.flatMap(([, types]) => types));
const form = /^[a-z]{1,20}\/[\w.+-]{1,80}$/;

/** So many bytes of a file are looked at. */
export const headLength = 512;

/**
 * Which type a result has: what its first bytes are counts more than what its sender says of them. `undefined` for one that is said to be of a type whose files
 * begin in another way, and for none that can be told.
 *
 * @see https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 */
export function toResultType(contentType: string | null, head: Uint8Array): string | undefined {
  const said = (contentType ?? '').replace(/;.*$/s, '').trim().toLowerCase();
  const text = String.fromCharCode(...head.subarray(0, headLength));
  const types = signatures.find(([begin]) => begin.test(text))?.[1];
  if (types) return types.includes(said) ? said : types[0];
  return form.test(said) && !signed.has(said) ? said : undefined;
}

/** @param allowed whole types, or the beginnings of some: `image/` */
export const isAllowedType = (type: string, allowed: readonly string[]): boolean =>
  allowed.some(each => (each.endsWith('/') ? type.startsWith(each) : type === each));
