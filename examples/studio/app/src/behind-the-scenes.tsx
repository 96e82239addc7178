import { BackendSelect } from './backend-select.js';
import { ChartView } from './chart/chart-view.js';
import type { StudioBackend } from './clients/studio-backend.js';
import type { StudioClients } from './clients/studio-clients.js';
import { Comparison } from './comparison/comparison.js';
import { Disclosure } from './disclosure.js';
import { FaultPanel } from './fault-panel/fault-panel.js';
import { FaultSelect } from './fault-select.js';
import { InspectorPanel } from './inspector/inspector-panel.js';

type BehindTheScenesProps = { readonly clients: StudioClients; readonly backend: StudioBackend };

/** Demonstrations of the library that a product would not have. */
export function BehindTheScenes({ clients, backend }: BehindTheScenesProps) {
  // Only the in-house backend simulates faults.
  const isInHouse = backend.name === 'in-house';
  return (
    <section className="behind-the-scenes" aria-labelledby="behind-the-scenes-title">
      <h2 id="behind-the-scenes-title">Behind the scenes</h2>
      <Disclosure title="See the chart" hint="The current states of a generation, its transitions and its timers">
        <ChartView clients={clients} />
      </Disclosure>
      <Disclosure title="Compare" hint="A typical hand-written hook beside this library">
        <Comparison />
      </Disclosure>
      {isInHouse && (
        <Disclosure title="All faults" hint="Everything the backend can simulate">
          <FaultPanel />
        </Disclosure>
      )}
      <Disclosure title="Inspector" hint="Every event in Stately’s viewer or your own">
        <InspectorPanel />
      </Disclosure>
      <BackendSelect backend={backend} />
      {isInHouse && <FaultSelect />}
    </section>
  );
}
