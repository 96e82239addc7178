import { crc32 } from 'node:zlib';

type Chunk = { readonly type: string; readonly data: Buffer };

const signatureLength = 8;

/**
 * Joins PNGs of one size and colour type into an endlessly looping animated PNG. Viewers without animation support show the
 * first frame. Throws a `RangeError` if there are no frames, or if their sizes or colour types differ.
 *
 * @example
 * const video = toAnimatedPng([first, second], 500); // two frames a second
 */
export function toAnimatedPng(frames: readonly Buffer[], frameMs: number): Buffer {
  const [poster] = frames;
  const header = poster && headerOf(poster);
  if (!poster || !header) throw new RangeError('A video needs at least one frame.');
  let sequence = 0;
  const numbered = (data: Buffer) => Buffer.concat([uint32(sequence++), data]);

  const chunks = frames.flatMap((frame, index) => {
    if (!headerOf(frame)?.equals(header)) throw new RangeError(`Frame ${index} has another size or colour type.`);
    const pixels = chunksOf(frame).filter(({ type }) => type === 'IDAT');
    return [
      { type: 'fcTL', data: numbered(frameControl(header, frameMs)) },
      ...pixels.map(({ data }) => (index === 0 ? { type: 'IDAT', data } : { type: 'fdAT', data: numbered(data) })),
    ];
  });
  return Buffer.concat([
    poster.subarray(0, signatureLength),
    toBytes({ type: 'IHDR', data: header }),
    toBytes({ type: 'acTL', data: Buffer.concat([uint32(frames.length), uint32(0)]) }),
    ...chunks.map(toBytes),
    toBytes({ type: 'IEND', data: Buffer.alloc(0) }),
  ]);
}

/** Width, height, two offsets of 0, the delay as a fraction, and two 0 bytes: keep the frame, then overwrite it. */
function frameControl(header: Buffer, frameMs: number): Buffer {
  const data = Buffer.alloc(22);
  header.copy(data, 0, 0, 8);
  data.writeUInt16BE(Math.min(65_535, Math.round(frameMs)), 16);
  data.writeUInt16BE(1000, 18);
  return data;
}

const headerOf = (png: Buffer) => chunksOf(png).find(({ type }) => type === 'IHDR')?.data;

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = signatureLength; at < png.length; ) {
    const start = at + 8;
    const end = start + png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, start), data: png.subarray(start, end) });
    at = end + 4;
  }
  return chunks;
}

function toBytes({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
