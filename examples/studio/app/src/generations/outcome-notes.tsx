import type { Failure } from 'generation-lifecycle';
import type { FileOutput } from 'generation-lifecycle/adapters';
import { adviceWords, chargeWords } from '../status-words.js';

/** What the user can do, whether the generation was charged, and the message of the failure. */
export function FailureNote({ failure: { code, charged, message } }: { readonly failure: Failure }) {
  return (
    <div className="note">
      <p>
        {adviceWords[code]} {chargeWords[charged]}
      </p>
      <p className="reason">{message}</p>
    </div>
  );
}

/** Why some files of a batch could not be made. */
export function MissingNote({ missing }: { readonly missing: FileOutput['failed'] }) {
  return (
    <div className="note">
      <p>The others are in the gallery.</p>
      {[...new Set(missing.map(({ message }) => message))].map(message => (
        <p key={message} className="reason">
          {message}
        </p>
      ))}
    </div>
  );
}

type CancelledNoteProps = {
  readonly stopped: boolean;
  readonly charged: Failure['charged'] | undefined;
  /** Whether the backend had accepted the job. */
  readonly isAccepted: boolean;
};

/** Whether a cancelled job may still be running. */
export function CancelledNote({ stopped, charged, isAccepted }: CancelledNoteProps) {
  if (charged === 'no') {
    const when = isAccepted ? 'The backend stopped the job.' : 'Cancelled before it was submitted.';
    return <p className="note">{when} You have not been charged.</p>;
  }
  return (
    <p className="note">
      {stopped
        ? 'The backend stopped the job.'
        : 'This page no longer waits for the job. The backend did not stop it: it may still be running and charged.'}
    </p>
  );
}
