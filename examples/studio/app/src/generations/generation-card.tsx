import { useTimeLeft } from 'generation-lifecycle/react';
import { useId, useRef } from 'react';
import type { StudioGeneration } from '../clients/studio-client.js';
import { toDescription } from '../forms/description.js';
import { Icon } from '../icon.js';
import { percentOf, resultWordsOf, sourceOf, titleOf, wordsOf } from './generation-words.js';
import { CancelledNote, FailureNote } from './outcome-notes.js';

/** The commands of a client for one generation. */
export type GenerationCommand = 'CANCEL' | 'CHECK' | 'RETRY' | 'RESUME' | 'DISMISS';

type GenerationCardProps = {
  readonly generation: StudioGeneration;
  readonly onCommand: (command: GenerationCommand) => void;
};

/** A running generation, or its outcome. */
export function GenerationCard({ generation, onCommand }: GenerationCardProps) {
  const { status, connection, failure, stopped, charged, isRunning, description, job } = generation;
  const id = useId();
  const card = useRef<HTMLElement>(null);
  const source = sourceOf(generation);

  const command = (chosen: GenerationCommand) => {
    // The pressed button disappears; the focus has to stay with the generation.
    if (chosen !== 'CHECK') card.current?.focus();
    onCommand(chosen);
  };

  return (
    <article
      className="card status"
      data-status={status}
      data-running={isRunning}
      ref={card}
      tabIndex={-1}
      aria-labelledby={`${id}-t ${id}-p`}
    >
      <div className="status-head">
        <h3 id={`${id}-t`}>{titleOf(generation)}</h3>
        {source && (
          <span className="badge" data-connection={connection}>
            {source}
          </span>
        )}
      </div>
      <p className="status-prompt" id={`${id}-p`}>
        {toDescription(description).prompt}
      </p>
      {isRunning && <Progress generation={generation} />}
      {status === 'completed' && <p className="note">{resultWordsOf(generation)}</p>}
      {failure && <FailureNote failure={failure} />}
      {status === 'cancelled' && (
        <CancelledNote stopped={stopped === true} charged={charged} isAccepted={job !== undefined} />
      )}
      <Buttons generation={generation} onCommand={command} />
    </article>
  );
}

function Buttons({ generation, onCommand }: GenerationCardProps) {
  const { status, canCancel, canRetry, canResume, isRunning } = generation;
  return (
    <div className="buttons">
      {canCancel && (
        <button type="button" className="button" onClick={() => onCommand('CANCEL')}>
          Cancel
        </button>
      )}
      {canCancel && status !== 'submitting' && status !== 'queued' && (
        <button type="button" className="button quiet" onClick={() => onCommand('CHECK')}>
          Check now
        </button>
      )}
      {canResume && (
        <button type="button" className="button" onClick={() => onCommand('RESUME')}>
          Resume (free)
        </button>
      )}
      {canRetry && (
        <button type="button" className="button" onClick={() => onCommand('RETRY')}>
          Generate again (charged)
        </button>
      )}
      {!isRunning && (
        <button type="button" className="icon-button dismiss" onClick={() => onCommand('DISMISS')}>
          <Icon name="close" />
          <span className="visually-hidden">Dismiss</span>
        </button>
      )}
    </div>
  );
}

function Progress({ generation }: Pick<GenerationCardProps, 'generation'>) {
  const { status, progress } = generation;
  const { text } = useTimeLeft(generation);
  return (
    <div className="progress">
      {status !== 'queued' && <progress aria-label="Progress" max={1} value={progress} />}
      <p className="progress-words">
        <span>{wordsOf(generation)}</span>
        {text && <span className="number time-left">{text}</span>}
        <span className="number">{percentOf(progress)}</span>
      </p>
    </div>
  );
}
