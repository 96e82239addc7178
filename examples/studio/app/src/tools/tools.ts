import { type ComponentType, lazy } from 'react';
import type { StudioBackend } from '../clients/studio-backend.js';
import type { StudioClients } from '../clients/studio-clients.js';

/** What a tool can look into. */
export type ToolProps = { readonly clients: StudioClients; readonly backend: StudioBackend };

/** A demonstration of the library that a product would not have. */
export type Tool = {
  readonly name: string;
  /** One sentence. */
  readonly hint: string;
  /** Loaded when it is opened. */
  readonly Panel: ComponentType<ToolProps>;
};

export const tools: readonly Tool[] = [
  {
    name: 'Chart',
    hint: 'The current states of a generation, its transitions and its timers.',
    Panel: lazy(async () => ({ default: (await import('../chart/chart-view.js')).ChartView })),
  },
  {
    name: 'Compare',
    hint: 'A hand-written hook, a client that repeats and this library, with the same backend and the same fault.',
    Panel: lazy(async () => ({ default: (await import('../comparison/comparison.js')).Comparison })),
  },
  {
    name: 'Faults',
    hint: 'Who renders, and what goes wrong.',
    Panel: lazy(async () => ({ default: (await import('./faults-panel.js')).FaultsPanel })),
  },
  {
    name: 'Inspector',
    hint: 'Every event in Stately’s viewer or your own.',
    Panel: lazy(async () => ({ default: (await import('../inspector/inspector-panel.js')).InspectorPanel })),
  },
  {
    name: 'Log',
    hint: 'What the two clients have told this tab since it was opened.',
    Panel: lazy(async () => ({ default: (await import('../log/log-view.js')).LogView })),
  },
];
