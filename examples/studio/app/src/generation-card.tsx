import type { FileOutput, ImageInput } from 'generation-lifecycle/adapters';
import type { UseGenerationResult } from 'generation-lifecycle/react';
import { CancelledNote, FailureNote } from './outcome-notes.js';
import { connectionWords, failureWords, statusWords } from './status-words.js';

type GenerationCardProps = {
  readonly generation: UseGenerationResult<ImageInput, FileOutput>;
  readonly onCancel: () => void;
  readonly onDismiss: () => void;
  readonly onRepeat: (() => void) | undefined;
};

/** The generation under way, or how the last one ended. */
export function GenerationCard({ generation, onCancel, onDismiss, onRepeat }: GenerationCardProps) {
  const { status, connection, failure, stopped, isRunning, canCancel, check } = generation;
  const title = failure ? failureWords[failure.code] : statusWords[status];

  return (
    <>
      <output className="visually-hidden">{status === 'idle' ? '' : title}</output>
      {status !== 'idle' && (
        <section className="card status" data-status={status} aria-labelledby="status-title">
          <div className="status-head">
            <h2 id="status-title">{title}</h2>
            {isRunning && (
              <span className="badge" data-connection={connection}>
                {connectionWords[connection]}
              </span>
            )}
          </div>
          {isRunning && <Progress generation={generation} />}
          {status === 'completed' && <p className="note">It is in the gallery.</p>}
          {failure && <FailureNote failure={failure} />}
          {status === 'cancelled' && <CancelledNote stopped={stopped === true} />}
          <div className="buttons">
            {canCancel && (
              <button type="button" className="button" onClick={onCancel}>
                Cancel
              </button>
            )}
            {canCancel && status !== 'submitting' && (
              <button type="button" className="button quiet" onClick={check}>
                Check now
              </button>
            )}
            {(failure?.retryable || status === 'completed') && onRepeat && (
              <button type="button" className="button" onClick={onRepeat}>
                Generate again (charged)
              </button>
            )}
            {!isRunning && (
              <button type="button" className="button quiet" onClick={onDismiss}>
                Dismiss
              </button>
            )}
          </div>
        </section>
      )}
    </>
  );
}

function Progress({ generation: { progress, message, position } }: Pick<GenerationCardProps, 'generation'>) {
  return (
    <div className="progress">
      <progress aria-label="Progress" max={1} value={progress} />
      <p className="progress-words">
        <span>{message ?? (position === undefined ? '\u00a0' : `Place ${position + 1} in the queue`)}</span>
        <span className="number">{progress === undefined ? '' : `${Math.round(progress * 100)} %`}</span>
      </p>
    </div>
  );
}
