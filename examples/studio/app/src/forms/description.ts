import type { JsonObject } from 'generation-lifecycle';

/** What the page shows of a generation before it has a result. It is stored, so that it survives a reload and every tab shows it. */
export type Description = {
  readonly prompt: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Of images; 1 for a video. */
  readonly count: number;
};

/** Reads a stored {@link Description}. */
export const toDescription = ({ prompt, width, height, count }: JsonObject = {}): Description => ({
  prompt: typeof prompt === 'string' ? prompt : '',
  width: typeof width === 'number' ? width : 1,
  height: typeof height === 'number' ? height : 1,
  count: typeof count === 'number' ? count : 1,
});
