import { ChartView } from './chart/chart-view.js';
import type { StudioClients } from './clients/studio-clients.js';
import { Comparison } from './comparison/comparison.js';
import { Disclosure } from './disclosure.js';
import { FaultPanel } from './fault-panel/fault-panel.js';
import { FaultSelect } from './fault-select.js';
import { InspectorPanel } from './inspector/inspector-panel.js';

/** What a product would not show: what goes on inside, and what can be made to go wrong. */
export function Backstage({ clients }: { readonly clients: StudioClients }) {
  return (
    <section className="backstage" aria-labelledby="backstage-title">
      <h2 id="backstage-title">Behind the scenes</h2>
      <Disclosure title="See the chart" hint="Where a generation is, which way it came, and what it waits for">
        <ChartView clients={clients} />
      </Disclosure>
      <Disclosure title="Compare" hint="A hook that many have written by hand, and this library">
        <Comparison />
      </Disclosure>
      <Disclosure title="All faults" hint="What the backend can be asked to do wrong">
        <FaultPanel />
      </Disclosure>
      <Disclosure title="Inspector" hint="Every event, in Stately’s viewer or one of yours">
        <InspectorPanel />
      </Disclosure>
      <FaultSelect />
    </section>
  );
}
