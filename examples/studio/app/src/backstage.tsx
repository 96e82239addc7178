import { ChartView } from './chart/chart-view.js';
import { Comparison } from './comparison/comparison.js';
import { Disclosure } from './disclosure.js';
import { FaultPanel } from './fault-panel/fault-panel.js';
import { FaultSelect } from './fault-select.js';
import { InspectorPanel } from './inspector/inspector-panel.js';
import type { StudioTools } from './tools/studio-tools.js';

/** What a product would not show: what goes on inside, and what can be made to go wrong. */
export function Backstage({ tools }: { readonly tools: StudioTools }) {
  return (
    <section aria-labelledby="backstage-title">
      <div className="bar">
        <h2 id="backstage-title">Behind the scenes</h2>
        <span className="bar-space" />
        <FaultSelect />
      </div>
      <div className="disclosures">
        <Disclosure title="See the chart" hint="The states, while it runs">
          <ChartView tools={tools} />
        </Disclosure>
        <Disclosure title="Compare" hint="By hand, and by this library">
          <Comparison />
        </Disclosure>
        <Disclosure title="All faults" hint="What the backend can get wrong">
          <FaultPanel />
        </Disclosure>
        <Disclosure title="Inspector" hint="Every event, in Stately’s viewer">
          <InspectorPanel />
        </Disclosure>
      </div>
    </section>
  );
}
