type Chunk = { readonly type: string; readonly data: Uint8Array };

const signatureLength = 8;

/**
 * Joins PNGs of one size and colour type into an endlessly looping animated PNG. Viewers without animation support show the
 * first frame. Throws a `RangeError` if there are no frames, or if their sizes or colour types differ.
 *
 * @example
 * const video = toAnimatedPng([first, second], 500); // two frames a second
 */
export function toAnimatedPng(frames: readonly Uint8Array[], frameMs: number): Uint8Array {
  const [poster] = frames;
  const header = poster && headerOf(poster);
  if (!poster || !header) throw new RangeError('A video needs at least one frame.');
  let sequence = 0;
  const numbered = (data: Uint8Array) => joined([uint32(sequence++), data]);

  const chunks = frames.flatMap((frame, index) => {
    if (String(headerOf(frame)) !== String(header))
      throw new RangeError(`Frame ${index} has another size or colour type.`);
    const pixels = chunksOf(frame).filter(({ type }) => type === 'IDAT');
    return [
      { type: 'fcTL', data: numbered(frameControl(header, frameMs)) },
      ...pixels.map(({ data }) => (index === 0 ? { type: 'IDAT', data } : { type: 'fdAT', data: numbered(data) })),
    ];
  });
  return joined([
    poster.subarray(0, signatureLength),
    toBytes({ type: 'IHDR', data: header }),
    toBytes({ type: 'acTL', data: joined([uint32(frames.length), uint32(0)]) }),
    ...chunks.map(toBytes),
    toBytes({ type: 'IEND', data: new Uint8Array(0) }),
  ]);
}

/** Width, height, two offsets of 0, the delay as a fraction, and two 0 bytes: keep the frame, then overwrite it. */
function frameControl(header: Uint8Array, frameMs: number): Uint8Array {
  const data = new Uint8Array(22);
  data.set(header.subarray(0, 8));
  const view = viewOf(data);
  view.setUint16(16, Math.min(65_535, Math.round(frameMs)));
  view.setUint16(18, 1000);
  return data;
}

const headerOf = (png: Uint8Array) => chunksOf(png).find(({ type }) => type === 'IHDR')?.data;

function chunksOf(png: Uint8Array): Chunk[] {
  const view = viewOf(png);
  const chunks: Chunk[] = [];
  for (let at = signatureLength; at < png.length; ) {
    const start = at + 8;
    const end = start + view.getUint32(at);
    chunks.push({ type: String.fromCharCode(...png.subarray(at + 4, start)), data: png.subarray(start, end) });
    at = end + 4;
  }
  return chunks;
}

function toBytes({ type, data }: Chunk): Uint8Array {
  const body = joined([new TextEncoder().encode(type), data]);
  return joined([uint32(data.length), body, uint32(checksumOf(body))]);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value);
  return bytes;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @see https://www.w3.org/TR/png-3/#5CRC-algorithm */
const checksums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** Node's `crc32` is not there in a page. */
const checksumOf = (bytes: Uint8Array) =>
  ~bytes.reduce((sum, byte) => (checksums[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8), -1) >>> 0;
