import { BackendSelect } from '../backend-select.js';
import { FaultPanel } from '../fault-panel/fault-panel.js';
import { FaultSelect } from '../fault-select.js';
import type { ToolProps } from './tools.js';

/** Who renders. Only the in-house backend simulates faults. */
export function FaultsPanel({ backend }: ToolProps) {
  return (
    <div className="tool-stack">
      <BackendSelect backend={backend} />
      {backend.name === 'in-house' && (
        <>
          <FaultSelect />
          <FaultPanel />
        </>
      )}
    </div>
  );
}
