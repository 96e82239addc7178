import type { ChartTransition } from 'generation-lifecycle/devtools';
import { useLayoutEffect, useState } from 'react';
import { type Box, curveBetween } from './arrow-curve.js';

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

/** Arrows over the state boxes. Decorative: the lists say the same. They are drawn again when a box moves. */
export function ChartArrows({ field, taken, possible, highlighted }: ChartArrowsProps) {
  const [{ width, height, boxes }, setLayout] = useState(emptyLayout);

  useLayoutEffect(() => {
    if (!field) return;
    const observer = new ResizeObserver(() => setLayout(measureLayout(field)));
    // A title that grows by a timer moves its neighbours, but may not resize the field.
    for (const element of [field, ...field.querySelectorAll('[data-anchor]')]) observer.observe(element);
    return () => observer.disconnect();
  }, [field]);

  const draw = (kind: string, { from, to = from }: ChartTransition) => {
    const [start, end] = [boxes.get(from), boxes.get(to)];
    if (!start || !end) return null;
    return (
      <path
        key={`${kind} ${from} ${to}`}
        d={curveBetween(start, end)}
        data-arrow={kind}
        data-from={from}
        data-to={to}
      />
    );
  };
  const untaken = possible.filter(each => !taken.some(other => isSamePath(each, other)));

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
      {untaken
        .filter((each, index) => untaken.findIndex(other => isSamePath(each, other)) === index)
        .map(each => draw('possible', each))}
      {taken.map(each => draw('taken', each))}
      {highlighted && draw('highlighted', highlighted)}
    </svg>
  );
}

const isSamePath = (one: ChartTransition, other: ChartTransition) => one.from === other.from && one.to === other.to;

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
