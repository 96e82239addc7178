/** In pixels. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

type Point = { readonly x: number; readonly y: number };

/** The curvature, as a share of the length: arrows in both directions between two boxes must not overlap. */
const bend = 0.14;
const gap = 3;

/**
 * An SVG path from the edge of one box to the edge of another. From a box to itself it is a loop at its corner.
 *
 * @example
 * <path d={curveBetween({ x: 0, y: 0, width: 80, height: 24 }, { x: 200, y: 0, width: 80, height: 24 })} />
 */
export function curveBetween(from: Box, to: Box): string {
  const [start, end] = [middleOf(from), middleOf(to)];
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  if (Math.hypot(dx, dy) < 1) {
    const right = from.x + from.width;
    return `M${round(right - 22)} ${round(from.y)}c-4 -18 22 -18 18 -2`;
  }
  const control = { x: (start.x + end.x) / 2 - dy * bend, y: (start.y + end.y) / 2 + dx * bend };
  const first = edgeOf(from, start, control);
  const last = edgeOf(to, end, control);
  return `M${round(first.x)} ${round(first.y)}Q${round(control.x)} ${round(control.y)} ${round(last.x)} ${round(last.y)}`;
}

const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

/** Where the line from the middle of a box to a point crosses its edge. */
function edgeOf({ width, height }: Box, middle: Point, towards: Point): Point {
  const [dx, dy] = [towards.x - middle.x, towards.y - middle.y];
  const reach = Math.min(
    (width / 2 + gap) / Math.max(Math.abs(dx), 0.001),
    (height / 2 + gap) / Math.max(Math.abs(dy), 0.001),
    1,
  );
  return { x: middle.x + dx * reach, y: middle.y + dy * reach };
}

const round = (value: number) => Math.round(value * 10) / 10;
