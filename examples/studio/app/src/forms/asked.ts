import type { JsonObject } from 'generation-lifecycle';

/** What a page shows of a request while there is no result. It outlives a reload, and is the same in every tab. */
export type Asked = {
  readonly prompt: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** How many pictures; 1 for a film. */
  readonly count: number;
};

/** Reads what {@link Asked} has become on record. */
export const toAsked = ({ prompt, width, height, count }: JsonObject = {}): Asked => ({
  prompt: typeof prompt === 'string' ? prompt : '',
  width: typeof width === 'number' ? width : 1,
  height: typeof height === 'number' ? height : 1,
  count: typeof count === 'number' ? count : 1,
});
