/** Random numbers that depend only on a seed text. */
export type Random = {
  /** 0 (included) to 1 (excluded). */
  next(): number;
  between(from: number, to: number): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
};

/**
 * Creates a {@link Random}. The same text gives the same numbers on every machine.
 *
 * @example
 * createRandom('a lighthouse').between(0, 10);
 */
export function createRandom(text: string): Random {
  const next = smallFastCounter(hashText(text));
  const between = (from: number, to: number) => from + next() * (to - from);
  return {
    next,
    between,
    whole: (from, to) => Math.floor(between(from, to + 1)),
    chance: probability => next() < probability,
    pick: from => from[Math.floor(next() * from.length)] ?? from[0],
  };
}

/** A random number 0..1 for a cell of a grid. */
export function hashCell(column: number, row: number, salt: number): number {
  let h = Math.imul(column, 0x27d4eb2d) ^ Math.imul(row, 0x165667b1) ^ Math.imul(salt, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Text in 32 hexadecimal digits, the same on every machine. It hides nothing from whoever wants to know the text. */
export const toDigest = (text: string): string =>
  hashText(text)
    .map(word => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');

type Words = readonly [number, number, number, number];

/** cyrb128, a public-domain string hash: 128 bits are more than enough to tell prompts apart. */
function hashText(text: string): Words {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a];
}

/** sfc32: small, fast, passes the usual statistical tests. */
function smallFastCounter([w, x, y, z]: Words): () => number {
  let [a, b, c, d] = [w | 0, x | 0, y | 0, z | 0];
  return () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4294967296;
  };
}
