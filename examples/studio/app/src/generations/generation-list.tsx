import { useGenerations } from 'generation-lifecycle/react';
import { useState } from 'react';
import type { StudioClient } from '../clients/studio-client.js';
import { GenerationCard, type GenerationCommand } from './generation-card.js';

type GenerationListProps<TInput> = {
  readonly client: StudioClient<TInput>['client'];
  /** Names the list for a screen reader. */
  readonly title: string;
  /** The keyboard goes there when its card is gone. */
  readonly onDismissed: () => void;
};

/** So many that have ended are shown unless all are asked for. */
const shownEnded = 2;

/** What runs and waits, and how the latest have ended, newest first. */
export function GenerationList<TInput>({ client, title, onDismissed }: GenerationListProps<TInput>) {
  const generations = useGenerations(client, view => view.generations);
  const [isWhole, setWhole] = useState(false);
  const ended = generations.filter(({ isRunning }) => !isRunning);
  const hidden = isWhole ? [] : ended.slice(shownEnded);

  const dismiss = (id: string) => {
    client.send({ type: 'DISMISS', id });
    onDismissed();
  };
  const dismissEnded = () => {
    for (const { id } of ended) dismiss(id);
  };
  const command = (type: GenerationCommand, id: string) =>
    type === 'DISMISS' ? dismiss(id) : client.send({ type, id });

  if (generations.length === 0) return null;
  return (
    <div className="generations">
      <ul aria-label={title}>
        {generations
          .filter(generation => !hidden.includes(generation))
          .map(generation => (
            <li key={generation.id}>
              <GenerationCard generation={generation} onCommand={type => command(type, generation.id)} />
            </li>
          ))}
      </ul>
      {ended.length > 1 && (
        <div className="buttons generations-foot">
          {ended.length > shownEnded && (
            <button type="button" className="button quiet" onClick={() => setWhole(!isWhole)}>
              {isWhole ? 'Show fewer' : `Show ${hidden.length} more`}
            </button>
          )}
          <button type="button" className="button quiet" onClick={dismissEnded}>
            Dismiss all that ended
          </button>
        </div>
      )}
    </div>
  );
}
