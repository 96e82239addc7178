import type { Failure } from 'generation-lifecycle';
import { chargeWords } from './status-words.js';

/** What failed, whether it was paid for, and whether it may still be running. */
export function FailureNote({ failure }: { readonly failure: Failure }) {
  return (
    <div className="note">
      <p>{failure.message}</p>
      <p>{chargeWords[failure.charged]}</p>
      {failure.followable && <p>The job may still be running at the backend, and looking again would cost nothing.</p>}
    </div>
  );
}

/** Whether anything of a cancelled job goes on. */
export function CancelledNote({ stopped }: { readonly stopped: boolean }) {
  return (
    <p className="note">
      {stopped
        ? 'The backend has stopped it.'
        : 'This page no longer waits for it. The backend was not stopped: it may still be running and charged.'}
    </p>
  );
}
