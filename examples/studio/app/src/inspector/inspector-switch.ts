import { type Inspector, inspector } from 'generation-lifecycle/devtools';

/** Whether the page is watched, and what kept it from it. */
export type InspectorState = { readonly isOn: boolean; readonly trouble: string | undefined };

type InspectionEvent = Parameters<Inspector['inspect']>[0];

/** Off until somebody asks for it: until then nothing is loaded, opened or sent. */
function createInspectorSwitch() {
  const listeners = new Set<() => void>();
  let watch: Inspector | undefined;
  let state: InspectorState = { isOn: false, trouble: undefined };

  const set = (next: InspectorState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const close = () => {
    watch?.close();
    watch = undefined;
    set({ isOn: false, trouble: undefined });
  };

  return {
    /** Passes on what an actor of a client does. `kind` names what it makes. */
    inspectAs: (kind: string, event: InspectionEvent) => watch?.inspectAs(kind)(event),
    /** Opens the viewer. To be called from a click, since browsers block other windows. */
    async open(url: string) {
      close();
      const opened = inspector({ url });
      watch = opened;
      set({ isOn: true, trouble: undefined });
      try {
        await opened.open();
      } catch (error) {
        if (watch !== opened) return;
        close();
        set({ isOn: false, trouble: error instanceof Error ? error.message : String(error) });
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

/** The one of the page: Stately's viewers all answer to the same message. */
export const inspectorSwitch = createInspectorSwitch();
