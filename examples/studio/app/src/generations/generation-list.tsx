import { useGenerations } from 'generation-lifecycle/react';
import { useState } from 'react';
import type { StudioClient } from '../clients/studio-client.js';
import { GenerationCard, type GenerationCommand } from './generation-card.js';

type GenerationListProps<TInput> = {
  readonly client: StudioClient<TInput>['client'];
  /** The accessible name of the list. */
  readonly title: string;
  /** Called after a card was removed, to move the focus. */
  readonly onDismissed: () => void;
};

/** Ended generations shown before the user asks for all. */
const maxEnded = 2;

/** Running, queued and recently ended generations, newest first. */
export function GenerationList<TInput>({ client, title, onDismissed }: GenerationListProps<TInput>) {
  const generations = useGenerations(client, view => view.generations);
  const [showsAll, setShowsAll] = useState(false);
  const ended = generations.filter(({ isRunning }) => !isRunning);
  const hidden = showsAll ? [] : ended.slice(maxEnded);

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
          {ended.length > maxEnded && (
            <button type="button" className="button quiet" onClick={() => setShowsAll(!showsAll)}>
              {showsAll ? 'Show fewer' : `Show ${hidden.length} more`}
            </button>
          )}
          <button type="button" className="button quiet" onClick={dismissEnded}>
            Dismiss all finished
          </button>
        </div>
      )}
    </div>
  );
}
