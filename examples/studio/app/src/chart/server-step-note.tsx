import type { ServerStep } from '../../../server/generations/server-step.js';
import { innermostOf } from './chart-moment.js';
import { pathWords, timeWords } from './step-words.js';

/** Where the server half is with the job, in words. */
export function ServerStepNote({
  step: { status, states, dueAt },
  now,
}: {
  readonly step: ServerStep;
  readonly now: number;
}) {
  const innermost = innermostOf(states);
  return (
    <section className="chart-list" aria-label="The server’s step">
      <h3>The server’s step</h3>
      {innermost.length === 0 ? (
        <p>The job is {status}.</p>
      ) : (
        <ul>
          {innermost.map(path => (
            <li key={path}>{pathWords(path)}</li>
          ))}
        </ul>
      )}
      {dueAt !== null && <p className="chart-nothing">The next step is due in {timeWords(dueAt - now)}.</p>}
    </section>
  );
}
