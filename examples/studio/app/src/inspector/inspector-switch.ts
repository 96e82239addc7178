import type { Inspector, inspector } from 'generation-lifecycle/devtools';

/** Whether the inspector is on, or why it could not open. */
type InspectorState = { readonly isOn: boolean; readonly error: string | undefined };

type InspectionEvent = Parameters<Inspector['inspect']>[0];

/** How often it is looked whether the window of the viewer is still there. */
const lookEveryMs = 1_000;

/** Nothing is loaded, opened or sent before the user switches it on. */
function createInspectorSwitch() {
  const listeners = new Set<() => void>();
  let current: Inspector | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let state: InspectorState = { isOn: false, error: undefined };

  const set = (next: InspectorState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const close = () => {
    clearInterval(timer);
    current?.close();
    current = undefined;
    set({ isOn: false, error: undefined });
  };

  return {
    /** Forwards an inspection event of the client of this kind. */
    inspectAs: (kind: string, event: InspectionEvent) => current?.inspectAs(kind)(event),
    /**
     * Opens the viewer. Call it from a click handler, because browsers block other pop-ups.
     *
     * @param createInspector comes with the panel that opens it: the page loads it then
     */
    async open(url: string, createInspector: typeof inspector) {
      close();
      const opened = createInspector({ url });
      current = opened;
      set({ isOn: true, error: undefined });
      try {
        await opened.open();
        if (current === opened) timer = setInterval(() => !opened.isOpen() && close(), lookEveryMs);
      } catch (error) {
        if (current !== opened) return;
        close();
        set({ isOn: false, error: error instanceof Error ? error.message : String(error) });
      }
    },
    close,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getState: () => state,
  };
}

/** One per page: all of Stately's viewers react to the same message. */
export const inspectorSwitch = createInspectorSwitch();
