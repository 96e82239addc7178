import type { FileKind } from 'generation-lifecycle/adapters';
import { useId, useRef } from 'react';
import type { StudioGeneration } from '../clients/studio-client.js';
import { toDescription } from '../forms/description.js';
import { EndedTile } from './ended-tile.js';
import { RunningTile } from './running-tile.js';

/** The commands of a client for one generation. */
export type GenerationCommand = 'CANCEL' | 'CHECK' | 'RETRY' | 'RESUME' | 'DISMISS';

type GenerationTileProps = {
  readonly tileKey: string;
  readonly kind: FileKind;
  readonly generation: StudioGeneration;
  readonly onCommand: (command: GenerationCommand) => void;
  /** Puts the prompt back where it can be changed. */
  readonly onEdit: () => void;
};

/** A generation without a result: it waits, runs, has failed or was cancelled. */
export function GenerationTile({ tileKey, kind, generation, onCommand, onEdit }: GenerationTileProps) {
  const { id, status, isRunning, description } = generation;
  const { width, height } = toDescription(description);
  const own = useId();
  const ids = { title: `${own}-t`, prompt: `${own}-p` };
  const article = useRef<HTMLElement>(null);

  const command = (chosen: GenerationCommand) => {
    // The pressed button disappears; the focus has to stay with the generation.
    if (chosen !== 'CHECK') article.current?.focus();
    onCommand(chosen);
  };

  return (
    <li
      className="tile"
      data-tile={tileKey}
      data-kind={kind}
      data-generation={id}
      data-status={status}
      data-running={isRunning}
      style={{ '--ratio': width / height }}
    >
      <article ref={article} tabIndex={-1} aria-labelledby={`${ids.title} ${ids.prompt}`}>
        {isRunning ? (
          <RunningTile
            generation={generation}
            ids={ids}
            onCancel={() => command('CANCEL')}
            onCheck={() => command('CHECK')}
          />
        ) : (
          <EndedTile generation={generation} ids={ids} onCommand={command} onEdit={onEdit} />
        )}
      </article>
    </li>
  );
}
