import type { Failure } from 'generation-lifecycle';
import { adviceWords, chargeWords } from '../status-words.js';

/** What can be done about a failure, whether it was paid for, and what the backend or the network said. */
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

type CancelledNoteProps = { readonly stopped: boolean; readonly charged: Failure['charged'] | undefined };

/** Whether anything of a cancelled job goes on. */
export function CancelledNote({ stopped, charged }: CancelledNoteProps) {
  if (charged === 'no') return <p className="note">It ended before it began. You have not been charged.</p>;
  return (
    <p className="note">
      {stopped
        ? 'The backend has stopped it.'
        : 'This page no longer waits for it. The backend was not stopped: it may still be running and charged.'}
    </p>
  );
}
