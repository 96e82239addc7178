import type { ChartTransition } from 'generation-lifecycle/devtools';
import { useLayoutEffect, useMemo, useState } from 'react';
import { type Box, createArrowRouter } from './arrow-route.js';

type ChartArrowsProps = {
  /** The element under the arrows; `null` until it is mounted. */
  readonly field: HTMLElement | null;
  readonly taken: readonly ChartTransition[];
  readonly possible: readonly ChartTransition[];
  /** The transition under the pointer in the list. */
  readonly highlighted: ChartTransition | undefined;
};

type Layout = { readonly width: number; readonly height: number; readonly boxes: ReadonlyMap<string, Box> };
const emptyLayout: Layout = { width: 0, height: 0, boxes: new Map() };

/** Arrows between the state boxes, and never through a word. Decorative: the lists say the same. They are drawn again when a box moves. */
export function ChartArrows({ field, taken, possible, highlighted }: ChartArrowsProps) {
  const [{ width, height, boxes }, setLayout] = useState(emptyLayout);

  useLayoutEffect(() => {
    if (!field) return;
    const observer = new ResizeObserver(() => {
      const measured = measureLayout(field);
      // Finding ways is work for nobody where nothing has moved.
      setLayout(before => (isSameLayout(before, measured) ? before : measured));
    });
    // A title that grows by a timer moves its neighbours, but may not resize the field.
    for (const element of [field, ...field.querySelectorAll('[data-anchor]')]) observer.observe(element);
    return () => observer.disconnect();
  }, [field]);

  const untaken = possible.filter(
    (each, index) =>
      !taken.some(other => isSamePath(each, other)) && possible.findIndex(other => isSamePath(each, other)) === index,
  );
  const wanted = [
    ...taken.map(transition => ({ kind: 'taken', transition })),
    ...untaken.map(transition => ({ kind: 'possible', transition })),
  ];
  // Finding ways takes long compared with a render, and timers render ten times a second.
  const names = wanted.map(({ kind, transition: { from, to } }) => `${kind} ${from} ${to}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names say all of what is wanted.
  const drawn = useMemo(() => {
    const router = routerFor(
      { width, height, boxes },
      wanted.map(({ transition }) => transition),
    );
    return wanted.map(({ kind, transition }) => ({ kind, transition, path: pathOf(router, boxes, transition) }));
  }, [names, boxes, width, height]);
  const over = useMemo(
    () => highlighted && pathOf(routerFor({ width, height, boxes }, [highlighted]), boxes, highlighted),
    [highlighted, boxes, width, height],
  );

  return (
    <svg className="chart-arrows" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <defs>
        {['possible', 'taken', 'highlighted'].map(kind => (
          <marker
            key={kind}
            id={`head-${kind}`}
            viewBox="0 0 10 10"
            refX="8"
            refY="5"
            markerWidth="7"
            markerHeight="7"
            orient="auto-start-reverse"
            markerUnits="userSpaceOnUse"
          >
            <path d="M0 1 9 5 0 9z" data-head={kind} />
          </marker>
        ))}
      </defs>
      {drawn.map(({ kind, transition, path }) => (
        <Arrow key={`${kind} ${transition.from} ${transition.to}`} kind={kind} transition={transition} path={path} />
      ))}
      {highlighted && <Arrow kind="highlighted" transition={highlighted} path={over} />}
    </svg>
  );
}

type ArrowProps = {
  readonly kind: string;
  readonly transition: ChartTransition;
  /** `undefined` where there is no way. */
  readonly path: string | undefined;
};

function Arrow({ kind, transition: { from, to = from }, path }: ArrowProps) {
  return path !== undefined && <path d={path} data-arrow={kind} data-from={from} data-to={to} />;
}

const routerFor = ({ width, height, boxes }: Layout, transitions: readonly ChartTransition[]) =>
  createArrowRouter(
    [...boxes.values()],
    transitions.flatMap(({ from, to = from }) => [boxes.get(from) ?? [], boxes.get(to) ?? []].flat()),
    { width, height },
  );

function pathOf(
  router: ReturnType<typeof createArrowRouter>,
  boxes: ReadonlyMap<string, Box>,
  { from, to = from }: ChartTransition,
): string | undefined {
  const [start, end] = [boxes.get(from), boxes.get(to)];
  return start && end && router.route(start, end);
}

const isSamePath = (one: ChartTransition, other: ChartTransition) => one.from === other.from && one.to === other.to;

const isSameLayout = (one: Layout, other: Layout) =>
  JSON.stringify([one.width, one.height, ...one.boxes]) === JSON.stringify([other.width, other.height, ...other.boxes]);

function measureLayout(field: HTMLElement): Layout {
  const { left, top, width, height } = field.getBoundingClientRect();
  const boxes = new Map<string, Box>();
  for (const element of field.querySelectorAll<HTMLElement>('[data-anchor]')) {
    const box = element.getBoundingClientRect();
    boxes.set(element.dataset['anchor'] ?? '', {
      x: box.x - left,
      y: box.y - top,
      width: box.width,
      height: box.height,
    });
  }
  return { width, height, boxes };
}
