/**
 * A form that was submitted before the client has read its store. One that was stored may be running already, so the form
 * waits. There is one at most: another one in the meantime is a double click, or a second mount.
 */
export type WaitingForm = {
  /** The id that its generation will have; `undefined` while no form waits. */
  readonly id: () => string | undefined;
  /** Resolves to whether the form may go on. It waits until `end` is called. */
  readonly wait: (id: string) => Promise<boolean>;
  /** Ignored for a form that was dropped: another one may wait by then. */
  readonly end: (id: string) => void;
  /** The form is not wanted any more. */
  readonly drop: () => void;
  /** The client has changed. */
  readonly onChange: () => void;
};

export function waitingForm(isReady: () => boolean): WaitingForm {
  let waiting: { readonly id: string; readonly settle: (mayGoOn: boolean) => void } | undefined;
  return {
    id: () => waiting?.id,
    wait: id =>
      new Promise(settle => {
        waiting = { id, settle };
      }),
    end(id) {
      if (waiting?.id === id) waiting = undefined;
    },
    drop() {
      waiting?.settle(false);
      waiting = undefined;
    },
    onChange() {
      if (isReady()) waiting?.settle(true);
    },
  };
}
