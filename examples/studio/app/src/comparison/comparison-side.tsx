import type { RequestCounts } from './request-meter.js';

export type ComparedItem = { readonly key: string; readonly url: string };

type ComparisonSideProps = {
  readonly title: string;
  readonly subtitle: string;
  readonly state: string;
  /** Newest first. */
  readonly items: readonly ComparedItem[];
  readonly counts: RequestCounts;
  /** It shows too many items, or should have ended by now. */
  readonly isWrong: boolean;
};

/** One side of the comparison, with its request counts. */
export function ComparisonSide({ title, subtitle, state, items, counts, isWrong }: ComparisonSideProps) {
  return (
    <section className="side" aria-label={title} data-wrong={isWrong}>
      <h3>{title}</h3>
      <p className="side-subtitle">{subtitle}</p>
      <dl className="counters">
        <Counter name="Items" value={items.length} isMain />
        <Counter name="Paid POSTs" value={counts.paidPosts} isWrong={counts.paidPosts > 1} />
        <Counter name="Requests" value={counts.requests} />
        <Counter name="Open streams" value={counts.openStreams} />
      </dl>
      <p className="side-state">{state}</p>
      <ul className="side-items" aria-label={`Items of: ${title}`}>
        {items.map(({ key, url }) => (
          <li key={key}>
            <img src={url} alt={`Item ${key}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}

type CounterProps = {
  readonly name: string;
  readonly value: number;
  readonly isMain?: boolean;
  readonly isWrong?: boolean;
};

function Counter({ name, value, isMain = false, isWrong = false }: CounterProps) {
  return (
    <div className="counter" data-main={isMain} data-wrong={isWrong}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
