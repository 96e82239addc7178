type Signature = { readonly at: number; readonly bytes: readonly number[] };

const text = (at: number, letters: string): Signature => ({
  at,
  bytes: Array.from(letters, letter => letter.charCodeAt(0)),
});

/**
 * How the bytes of a file begin, by its type: each list is one way, all of whose parts have to be there.
 *
 * @see https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 */
const signatures = {
  'image/png': [[{ at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }]],
  'image/jpeg': [[{ at: 0, bytes: [0xff, 0xd8, 0xff] }]],
  'image/gif': [[text(0, 'GIF87a')], [text(0, 'GIF89a')]],
  'image/webp': [[text(0, 'RIFF'), text(8, 'WEBP')]],
  'image/avif': [[text(4, 'ftypavif')], [text(4, 'ftypavis')]],
  'audio/wav': [[text(0, 'RIFF'), text(8, 'WAVE')]],
  'audio/mpeg': [
    [text(0, 'ID3')],
    ...[0xfb, 0xfa, 0xf3, 0xf2, 0xe3, 0xe2].map(second => [{ at: 0, bytes: [0xff, second] }]),
  ],
  'audio/ogg': [[text(0, 'OggS')]],
  'audio/flac': [[text(0, 'fLaC')]],
  'audio/mp4': [
    [text(4, 'ftypM4A')],
    [text(4, 'ftypisom')],
    [text(4, 'ftypiso2')],
    [text(4, 'ftypmp41')],
    [text(4, 'ftypmp42')],
  ],
  'audio/webm': [[{ at: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3] }]],
} as const satisfies Readonly<Record<string, readonly (readonly Signature[])[]>>;

/** A file type that a page may upload. SVG is excluded because it can contain scripts. */
export type InputType = keyof typeof signatures;

export const inputTypes = Object.keys(signatures) as readonly InputType[];

/** So many bytes tell a type. */
export const signatureBytes = 12;

/** What browsers call some of them. */
const aliases: Readonly<Record<string, InputType>> = {
  'image/jpg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
};

/** The type that a `Content-Type` names, of those that are allowed. */
export function toInputType(contentType: string | null, allowed: readonly InputType[]): InputType | undefined {
  const said = (contentType ?? '').replace(/;.*$/s, '').trim().toLowerCase();
  const alias = new Map(Object.entries(aliases)).get(said);
  return allowed.find(type => type === (alias ?? said));
}

/** Whether bytes begin as files of this type do. */
export function hasSignature(type: InputType, start: Uint8Array): boolean {
  const ways: readonly (readonly Signature[])[] = signatures[type];
  return ways.some(parts => parts.every(({ at, bytes }) => bytes.every((byte, index) => start[at + index] === byte)));
}

const extensions: Partial<Record<string, string>> = { 'image/jpeg': 'jpg', 'audio/mpeg': 'mp3', 'audio/mp4': 'm4a' };

/** Some vendors look at the end of a url. */
export const toExtension = (type: string): string => extensions[type] ?? type.replace(/^.*\//, '');

export const typeOfExtension = (extension: string): InputType | undefined =>
  inputTypes.find(type => toExtension(type) === extension);
