import { useNow } from '../chart/use-now.js';

type CountdownProps = {
  /** When the timer runs out, in ms since the epoch; `undefined` before it is set. */
  readonly endsAt: number | undefined;
  readonly lengthMs: number;
};

/** How long the timer of the hand-written hook still runs. What it does then is what the comparison is about. */
export function Countdown({ endsAt, lengthMs }: CountdownProps) {
  const now = useNow(endsAt !== undefined);
  const leftMs = endsAt === undefined ? lengthMs : Math.max(0, endsAt - now);
  const seconds = Math.ceil(leftMs / 1_000);
  return (
    <div className="countdown">
      <p>{wordsOf(endsAt, seconds)}</p>
      <span className="countdown-left" style={{ '--left': leftMs / lengthMs }} />
    </div>
  );
}

function wordsOf(endsAt: number | undefined, seconds: number): string {
  if (endsAt === undefined) return `The hand-written hook sets a timer of ${seconds} s when its submit is answered.`;
  return seconds > 0
    ? `${seconds} s until the timer of the hand-written hook runs out.`
    : 'The timer of the hand-written hook has run out.';
}
