/** In pixels. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

type Point = { readonly x: number; readonly y: number };

/** How far an arrow stays from words. Half of the gap between two boxes. */
const gap = 5;
/** A turn costs as much as this many pixels: few turns are easier to follow. */
const turnCost = 40;
/** So many times more costs a line that another arrow has already. */
const sharedCost = 3;
const radius = 6;

const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });
const grown = ({ x, y, width, height }: Box, by: number): Box => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

/** Where an arrow may leave or reach a box: the middle of each side. */
const portsOf = (box: Box): readonly Point[] => {
  const { x, y } = middleOf(box);
  const { x: left, y: top, width, height } = grown(box, gap);
  return [
    { x, y: top },
    { x: left + width, y },
    { x, y: top + height },
    { x: left, y },
  ];
};

const unique = (values: readonly number[]) => [...new Set(values.map(Math.round))].sort((one, other) => one - other);

/** Finds ways for arrows between boxes. */
export type ArrowRouter = {
  /** The SVG path from one box to another, along the gaps; `undefined` if there is no way. From a box to itself it is a loop at its side. */
  route(from: Box, to: Box): string | undefined;
};

/**
 * Routes arrows between the words of a chart and never through them, with few turns. Arrows keep apart where there is room.
 *
 * @param words what no arrow may cross
 * @param ends those of them at which arrows begin or end
 * @param field the size of all
 */
export function createArrowRouter(
  words: readonly Box[],
  ends: readonly Box[],
  field: { readonly width: number; readonly height: number },
): ArrowRouter {
  const walls = words.map(box => grown(box, gap - 1));
  const edges = words.map(box => grown(box, gap));
  const middles = ends.map(middleOf);
  const inField = (limit: number) => (value: number) => value >= 0 && value <= limit;
  const columns = unique([...edges.flatMap(({ x, width }) => [x, x + width]), ...middles.map(({ x }) => x)]).filter(
    inField(field.width),
  );
  const rows = unique([...edges.flatMap(({ y, height }) => [y, y + height]), ...middles.map(({ y }) => y)]).filter(
    inField(field.height),
  );
  const across = columns.length;
  const pointAt = (node: number): Point => ({
    x: columns[node % across] ?? 0,
    y: rows[Math.floor(node / across)] ?? 0,
  });

  // By node: the price of the line to its right, and of the one below it; 0 where a word is in the way.
  const toRight = new Float64Array(across * rows.length);
  const toBelow = new Float64Array(across * rows.length);
  rows.forEach((y, row) => {
    const inRow = walls.filter(wall => y > wall.y && y < wall.y + wall.height);
    const below = rows[row + 1];
    const between = below === undefined ? [] : walls.filter(wall => below > wall.y && y < wall.y + wall.height);
    columns.forEach((x, column) => {
      const node = row * across + column;
      const right = columns[column + 1];
      if (right !== undefined && !inRow.some(wall => right > wall.x && x < wall.x + wall.width))
        toRight[node] = right - x;
      if (below !== undefined && !between.some(wall => x > wall.x && x < wall.x + wall.width))
        toBelow[node] = below - y;
    });
  });

  const nodesOf = (box: Box) =>
    portsOf(box).flatMap(({ x, y }) => {
      const [column, row] = [columns.indexOf(Math.round(x)), rows.indexOf(Math.round(y))];
      return column >= 0 && row >= 0 ? [row * across + column] : [];
    });

  /** Dijkstra over the crossings of the lines, each with the direction in which it was reached: 0 level, 1 upright. */
  function search(starts: readonly number[], goals: ReadonlySet<number>): readonly number[] | undefined {
    const costs = new Float64Array(across * rows.length * 2).fill(Number.POSITIVE_INFINITY);
    const before = new Int32Array(costs.length).fill(-1);
    const open: { readonly key: number; readonly cost: number }[] = [];
    const reach = (key: number, cost: number, from: number) => {
      if (cost >= (costs[key] ?? 0)) return;
      costs[key] = cost;
      before[key] = from;
      let [low, high] = [0, open.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((open[middle]?.cost ?? 0) > cost) low = middle + 1;
        else high = middle;
      }
      // The cheapest is the last.
      open.splice(low, 0, { key, cost });
    };
    for (const node of starts) {
      reach(node * 2, 0, -1);
      reach(node * 2 + 1, 0, -1);
    }
    for (let next = open.pop(); next; next = open.pop()) {
      const { key, cost } = next;
      if (cost > (costs[key] ?? 0)) continue;
      const node = key >> 1;
      if (goals.has(node)) return toNodes(before, key);
      const [level, upright] = (key & 1) === 0 ? [0, turnCost] : [turnCost, 0];
      const step = (to: number, length: number | undefined, turn: number, way: number) => {
        if (length) reach(to * 2 + way, cost + length + turn, key);
      };
      step(node + 1, toRight[node], level, 0);
      step(node - 1, node % across === 0 ? 0 : toRight[node - 1], level, 0);
      step(node + across, toBelow[node], upright, 1);
      step(node - across, toBelow[node - across], upright, 1);
    }
    return undefined;
  }

  /** The way to a node. Its lines cost more from now on. */
  function toNodes(before: Int32Array, end: number): readonly number[] {
    const nodes: number[] = [];
    for (let key = end; key >= 0; key = before[key] ?? -1) {
      const node = key >> 1;
      const last = nodes[0];
      if (last !== undefined) {
        const lines = Math.abs(node - last) === 1 ? toRight : toBelow;
        const line = Math.min(node, last);
        lines[line] = (lines[line] ?? 0) * sharedCost;
      }
      if (last !== node) nodes.unshift(node);
    }
    return nodes;
  }

  return {
    route(from, to) {
      if (from.x === to.x && from.y === to.y) {
        const { x, y, height } = from;
        return `M${x - 1} ${y + height / 2 - 4}h-4v8h3`;
      }
      const nodes = search(nodesOf(from), new Set(nodesOf(to)));
      return nodes && toPath(withoutStraights(nodes.map(pointAt)));
    },
  };
}

/** Only the ends and the corners. */
const withoutStraights = (points: readonly Point[]): readonly Point[] =>
  points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before || !after) return true;
    return !((before.x === point.x && point.x === after.x) || (before.y === point.y && point.y === after.y));
  });

/** Straight lines with round corners. */
function toPath(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (!first) return '';
  const parts = [`M${first.x} ${first.y}`];
  others.forEach((point, index) => {
    const before = points[index];
    const after = others[index + 1];
    if (!before || !after) {
      parts.push(`L${point.x} ${point.y}`);
      return;
    }
    const near = towards(point, before);
    const far = towards(point, after);
    parts.push(`L${near.x} ${near.y}Q${point.x} ${point.y} ${far.x} ${far.y}`);
  });
  return parts.join('');
}

/** A point before a corner. */
function towards(corner: Point, to: Point): Point {
  const length = Math.hypot(to.x - corner.x, to.y - corner.y);
  const share = length === 0 ? 0 : Math.min(radius, length / 2) / length;
  return { x: corner.x + (to.x - corner.x) * share, y: corner.y + (to.y - corner.y) * share };
}
