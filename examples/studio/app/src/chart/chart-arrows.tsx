import type { ChartTransition } from 'generation-lifecycle/devtools';
import { useLayoutEffect, useState } from 'react';
import { type Box, curveBetween } from './arrow-curve.js';

type ChartArrowsProps = {
  /** What they are drawn over; `null` until it is there. */
  readonly field: HTMLElement | null;
  readonly taken: readonly ChartTransition[];
  readonly possible: readonly ChartTransition[];
  /** The one that the list beside points to. */
  readonly pointed: ChartTransition | undefined;
};

type Places = { readonly width: number; readonly height: number; readonly boxes: ReadonlyMap<string, Box> };
const nowhere: Places = { width: 0, height: 0, boxes: new Map() };

/** Arrows over the boxes, for the eye alone. They are laid anew whenever the boxes move. */
export function ChartArrows({ field, taken, possible, pointed }: ChartArrowsProps) {
  const [{ width, height, boxes }, setPlaces] = useState(nowhere);

  useLayoutEffect(() => {
    if (!field) return;
    const observer = new ResizeObserver(() => setPlaces(placesIn(field)));
    // A title that grows by a ring moves its neighbours, and not always the whole.
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
  const lying = possible.filter(each => !taken.some(other => isSameWay(each, other)));

  return (
    <svg className="chart-arrows" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <defs>
        {['possible', 'taken', 'pointed'].map(kind => (
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
      {lying
        .filter((each, index) => lying.findIndex(other => isSameWay(each, other)) === index)
        .map(each => draw('possible', each))}
      {taken.map(each => draw('taken', each))}
      {pointed && draw('pointed', pointed)}
    </svg>
  );
}

const isSameWay = (one: ChartTransition, other: ChartTransition) => one.from === other.from && one.to === other.to;

function placesIn(field: HTMLElement): Places {
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
