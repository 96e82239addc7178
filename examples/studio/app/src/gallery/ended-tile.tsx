import type { StudioGeneration } from '../clients/studio-client.js';
import { toDescription } from '../forms/description.js';
import { titleOf } from '../generations/generation-words.js';
import { CancelledNote, FailureNote, MissingNote } from '../generations/outcome-notes.js';
import { Icon } from '../icon.js';
import { missingIn } from './gallery-entries.js';
import type { GenerationCommand } from './generation-tile.js';

type EndedTileProps = {
  readonly generation: StudioGeneration;
  /** The ids of the texts that name the tile. */
  readonly ids: { readonly title: string; readonly prompt: string };
  readonly onCommand: (command: GenerationCommand) => void;
  /** Puts the prompt back where it can be changed. */
  readonly onEdit: () => void;
};

/** A generation that has brought no result, or less than was asked for: why, whether it was charged, and what to do. */
export function EndedTile({ generation, ids, onCommand, onEdit }: EndedTileProps) {
  const { status, failure, stopped, charged, description, job, canRetry, canResume } = generation;
  const { prompt, count } = toDescription(description);
  const missing = missingIn(generation);
  return (
    <>
      <h3 id={ids.title}>
        {missing.length > 0 ? `${missing.length} of ${count} could not be made` : titleOf(generation)}
      </h3>
      <p className="caption" id={ids.prompt}>
        {prompt}
      </p>
      {failure && <FailureNote failure={failure} />}
      {missing.length > 0 && <MissingNote missing={missing} />}
      {status === 'cancelled' && (
        <CancelledNote stopped={stopped === true} charged={charged} isAccepted={job !== undefined} />
      )}
      <div className="buttons">
        {canResume && (
          <button type="button" className="button small" onClick={() => onCommand('RESUME')}>
            Resume (free)
          </button>
        )}
        {canRetry && (
          <button type="button" className="button small" onClick={() => onCommand('RETRY')}>
            Generate again (charged)
          </button>
        )}
        <button type="button" className="button small quiet" onClick={onEdit}>
          Edit prompt
        </button>
      </div>
      <button type="button" className="icon-button dismiss" onClick={() => onCommand('DISMISS')}>
        <Icon name="close" />
        <span className="visually-hidden">Dismiss</span>
      </button>
    </>
  );
}
